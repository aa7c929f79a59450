//! Work on the repository that is no test: training the small models that are shipped, the desktop
//! bundle, and the list of what the binary is made of.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use xtask::sbom::{self, Linking};
use xtask::{bundle, train};

const USAGE: &str = "usage: xtask train answers|questions|salience|salience-left-out|sales   \
    (reads GONGKIT_SHARED, default ../shared)
       xtask bundle [BINARY [FILE]]   \
    (target/release/gongkit and gongkit.mcpb if nothing is said)
       xtask sbom dynamic|static TARGET FILE   \
    (CycloneDX 1.6 of the binary for a target such as x86_64-unknown-linux-gnu)";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["train", what] => train::run(what),
        ["bundle"] => bundled("target/release/gongkit", "gongkit.mcpb"),
        ["bundle", binary] => bundled(binary, "gongkit.mcpb"),
        ["bundle", binary, out] => bundled(binary, out),
        ["sbom", "dynamic", target, out] => described(target, Linking::Dynamic, out),
        ["sbom", "static", target, out] => described(target, Linking::Static, out),
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

fn bundled(binary: &str, out: &str) -> Result<String> {
    bundle::write(Path::new(binary), std::env::consts::OS, Path::new(out))?;
    Ok(format!("{out} holds {binary}"))
}

fn described(target: &str, linking: Linking, out: &str) -> Result<String> {
    let document = sbom::document(Path::new("."), target, linking)?;
    std::fs::write(out, serde_json::to_string_pretty(&document)? + "\n")?;
    let parts = document["components"].as_array().map_or(0, Vec::len);
    Ok(format!("{out} names {parts} parts"))
}

#[expect(clippy::print_stdout, reason = "a program that prints its report")]
fn say(text: &str) {
    println!("{text}");
}
