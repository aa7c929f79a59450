//! Feeds a target mutations of its corpus for some seconds, on any toolchain:
//! `cargo run --release -p gongkit-fuzz --bin mutate -- TARGET SECONDS [SEED]`.
//!
//! It knows nothing of coverage; `cargo fuzz` does. What makes a target panic is left in the file
//! that is named, so that it can be put into the corpus.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, panic, path::PathBuf};

use gongkit_fuzz::{Mutations, TARGETS, corpus};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let target = TARGETS
        .iter()
        .find(|(name, _)| arguments.first().is_some_and(|asked| asked == name));
    let (Some((name, target)), Some(seconds)) = (target, number(1)) else {
        println!("mutate TARGET SECONDS [SEED]; targets:");
        for (name, _) in TARGETS {
            println!("  {name}");
        }
        return ExitCode::from(2);
    };
    let seed = number(2).unwrap_or(1);
    let inputs: Vec<Vec<u8>> = fs::read_dir(corpus(name))
        .expect("every target has a corpus")
        .map(|entry| fs::read(entry.expect("readable").path()).expect("readable"))
        .collect();

    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tried = 0_u64;
    for input in Mutations::new(&inputs, seed) {
        if panic::catch_unwind(|| target(&input)).is_err() {
            let file = PathBuf::from(format!("{name}-{seed}-{tried}.crash"));
            fs::write(&file, &input).expect("the folder can be written");
            println!(
                "{name}: input {tried} of seed {seed} breaks a law; it is in {}",
                file.display()
            );
            return ExitCode::FAILURE;
        }
        tried += 1;
        if Instant::now() >= until {
            break;
        }
    }
    println!("{name}: {tried} inputs of seed {seed} in {seconds} s, no law is broken");
    ExitCode::SUCCESS
}
