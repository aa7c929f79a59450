//! The binary `gongkit`: arguments into use cases, answers into tables or JSON.

mod arguments;
mod bars;
mod commands;
#[cfg(test)]
mod documented;
mod output;
mod stop;
mod tables;
mod trace;
mod version;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;

fn main() -> ExitCode {
    // First of all: two crates could each bring a provider of cryptography, and then none is chosen.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        output::say("another provider of cryptography was installed first");
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way, too; a reader that went away is no failure.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return match error.print() {
                Err(broken) if broken.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
                // Help that nobody could be shown is a failure, wrong arguments stay what they are.
                Err(_) => ExitCode::from(code.max(1)),
                Ok(()) => ExitCode::from(code),
            };
        }
    };
    trace::start(&arguments.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output::say(&format!("error: no threads to work with: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(commands::run(arguments));
    // A thread that still reads a file must not keep the process.
    runtime.shutdown_background();
    code
}
