//! The corpus of every target, and a few thousand mutations of it by seed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gongkit_fuzz::{Mutations, TARGETS, corpus};

const MUTATIONS: usize = 2_000;

fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = corpus(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("every target has a corpus")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| fs::read(file).expect("readable"))
        .collect()
}

#[test]
fn every_target_holds_its_laws_on_its_corpus() {
    for (name, target) in TARGETS {
        let inputs = inputs(name);
        assert!(inputs.len() >= 3, "the corpus of {name} is too small");
        for input in &inputs {
            target(input);
        }
    }
}

#[test]
fn every_target_holds_its_laws_on_mutations_of_its_corpus() {
    for (name, target) in TARGETS {
        let inputs = inputs(name);
        for input in Mutations::new(&inputs, 1).take(MUTATIONS) {
            target(&input);
        }
    }
}

#[test]
fn the_fuzzer_has_the_targets_that_the_tests_have() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets/fuzz_targets");
    let fuzzed: BTreeSet<String> = fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("readable").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();

    let tested: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();

    assert_eq!(fuzzed, tested);
}
