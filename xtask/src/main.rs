//! Work on the repository that is no test: training the small models that are shipped.

use std::process::ExitCode;

use xtask::train;

const USAGE: &str = "usage: xtask train answers|questions|salience|salience-left-out|sales   \
    (reads GONGKIT_SHARED, default ../shared)";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["train", what] => train::run(what),
        _ => Err(anyhow::anyhow!(USAGE)),
    };
    match done {
        Ok(report) => {
            say(&report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program that prints its report")]
fn say(text: &str) {
    println!("{text}");
}
