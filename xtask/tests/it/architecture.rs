//! Arrows, borders and budgets.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use xtask::{arrows, derives_serde, is_border, source_files, table};

use crate::{page, root};

fn architecture() -> String {
    page("ARCHITECTURE.md")
}

/// Members that are no part of the product and may use anything.
const FREE: [&str; 4] = [
    "gongkit-examples",
    "gongkit-benches",
    "gongkit-fuzz",
    "xtask",
];

/// What tests may use beside what the table allows.
const FOR_TESTS: [&str; 4] = ["gong-sim", "hubspot-sim", "gong-auth", "narration"];

#[test]
fn every_arrow_stands_in_the_table() {
    let allowed = table(&architecture()).expect("the table reads");

    let unlisted: Vec<_> = arrows(&root())
        .expect("the workspace reads")
        .into_iter()
        .filter(|arrow| !FREE.contains(&arrow.from.as_str()))
        .filter(|arrow| {
            !allowed
                .get(&arrow.from)
                .is_some_and(|to| to.contains(&arrow.to))
        })
        .filter(|arrow| !(arrow.is_dev && FOR_TESTS.contains(&arrow.to.as_str())))
        .collect();

    assert!(
        unlisted.is_empty(),
        "arrows that ARCHITECTURE.md does not allow: {unlisted:#?}"
    );
}

#[test]
fn every_crate_has_a_row_and_every_row_a_crate() {
    let listed: BTreeSet<_> = table(&architecture())
        .expect("the table reads")
        .into_keys()
        .collect();

    let built: BTreeSet<_> = fs::read_dir(root().join("crates"))
        .expect("crates is a folder")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();

    assert_eq!(listed, built);
}

#[test]
fn the_simulators_and_the_clients_know_nothing_of_each_other() {
    let all = arrows(&root()).expect("the workspace reads");
    for simulator in ["gong-sim", "hubspot-sim"] {
        assert!(
            !all.iter().any(|arrow| arrow.from == simulator),
            "{simulator} depends on nothing of ours"
        );
        let used: Vec<_> = all
            .iter()
            .filter(|a| a.to == simulator && !a.is_dev && !FREE.contains(&a.from.as_str()))
            .collect();
        assert!(
            used.iter().all(|arrow| arrow.from == "gong-cli"),
            "only the binary runs {simulator}: {used:?}"
        );
    }
}

#[test]
fn serde_derives_stand_at_the_borders_only() {
    let files = source_files(&root()).expect("the sources read");

    let inside: Vec<_> = files
        .iter()
        .filter(|f| derives_serde(f) && !is_border(f))
        .map(|f| &f.path)
        .collect();

    assert!(
        inside.is_empty(),
        "serde derives away from a border: {inside:#?}"
    );
}

#[test]
fn no_file_holds_more_than_one_idea_can_fill() {
    let files = source_files(&root()).expect("the sources read");
    assert!(files.len() > 50, "only {} files were found", files.len());

    let long: Vec<_> = files
        .iter()
        .map(|f| (f.lines_above_tests(), &f.path))
        .filter(|(lines, _)| *lines > 500)
        .collect();

    assert!(
        long.is_empty(),
        "files of more than 500 lines above their tests: {long:#?}"
    );
}

/// Crates of values and pure functions.
const PURE: [&str; 2] = ["conversation", "insights"];

#[test]
fn words_and_insights_need_no_clock_no_async_and_no_serde() {
    let files = source_files(&root()).expect("the sources read");
    for name in PURE {
        let folder = Path::new("crates").join(name);
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml"));
        let manifest = manifest.expect("it is there");
        let (_, dependencies) = manifest
            .split_once("[dependencies]")
            .expect("it has dependencies");
        let (normal, _) = dependencies
            .split_once("[dev-dependencies]")
            .expect("and those of its tests");
        for banned in [
            "tokio",
            "futures",
            "serde",
            "async-trait",
            "reqwest",
            "rusqlite",
        ] {
            assert!(!normal.contains(banned), "{name} depends on {banned}");
        }

        for file in files.iter().filter(|file| file.path.starts_with(&folder)) {
            for banned in ["::now()", "async fn", "std::fs", "std::net", "std::env"] {
                assert!(
                    !file.text.contains(banned),
                    "{} uses {banned}",
                    file.path.display()
                );
            }
        }
    }
}

#[test]
fn unsafe_code_stands_only_where_the_design_says() {
    let files = source_files(&root()).expect("the sources read");

    let with_unsafe: Vec<_> = files
        .iter()
        .filter(|file| file.text.contains("unsafe {") || file.text.contains("unsafe fn"))
        .map(|file| file.path.to_string_lossy().into_owned())
        .filter(|path| !path.starts_with("crates/encoder-kernels/src/"))
        .filter(|path| {
            ![
                "crates/memory-store/src/codes/avx2.rs",
                "crates/memory-store/src/embedded/mapped.rs",
            ]
            .contains(&path.as_str())
        })
        .collect();

    assert!(with_unsafe.is_empty(), "unsafe code in {with_unsafe:?}");
}

#[test]
fn the_table_of_columns_is_the_one_in_the_code() {
    let page = architecture();
    let (_, rest) = page
        .split_once("<!-- columns -->")
        .expect("the table begins");
    let (table, _) = rest
        .split_once("<!-- /columns -->")
        .expect("the table ends");

    assert_eq!(
        table.trim(),
        call_archive::classes_as_markdown().trim(),
        "run `cargo run -p call-archive --example classes` and put the table into ARCHITECTURE.md"
    );
}

/// Where the scope of flows may be asked for: the use cases and the flows. The suites of the seams
/// are tests, and examples in doc comments stand for flows.
const FLOWS: [&str; 4] = [
    "crates/access/src/scope.rs",
    "crates/gong-app/src/",
    "crates/gong-sync/src/",
    "crates/crm-sync/src/",
];

#[test]
fn the_scope_of_flows_is_asked_for_by_flows_only() {
    let files = source_files(&root()).expect("the sources read");

    let others: Vec<_> = files
        .iter()
        .filter(|file| {
            let path = file.path.to_string_lossy();
            !path.contains("/conformance") && !FLOWS.iter().any(|flow| path.starts_with(flow))
        })
        .filter(|file| {
            let code = file.text.lines().map(str::trim);
            code.filter(|line| !line.starts_with("//"))
                .any(|line| line.contains("Scope::internal"))
        })
        .map(|file| &file.path)
        .collect();

    assert!(others.is_empty(), "a scope of flows in {others:?}");
}

/// Use cases that no role is asked for: checks of one's own machine, who somebody is, and what a
/// server does for itself. Whoever delivers is judged by what he shows.
const FOR_ANYBODY: [&str; 16] = [
    "doctor",
    "pull_model",
    "stored_models",
    "verify_model",
    "authenticate",
    "sign_in_page",
    "signed_in",
    "renewed",
    "keep_records",
    "finish",
    "receiver",
    "accept_delivery",
    "keep_deliveries",
    "readiness",
    "measure",
    "sync_demo",
];

#[test]
fn every_use_case_asks_whether_its_caller_may() {
    let files = source_files(&root()).expect("the sources read");
    let mut asked = 0;

    let mut without = Vec::new();
    for file in files {
        let path = file.path.to_string_lossy();
        if !path.starts_with("crates/gong-app/src/") || path.contains("/tests") {
            continue;
        }
        for use_case in file.text.split("    pub async fn ").skip(1) {
            let (name, rest) = use_case.split_once('(').expect("a function");
            let body = rest.split("\n    }\n").next().unwrap_or_default();
            let asks = [
                "self.permit(",
                ".reading(",
                ".asked(",
                "self.sync_from(",
                "self.crm_apply_until(",
                ".may(Operation::",
            ];
            let is_asked = asks.iter().any(|ask| body.contains(ask));
            asked += usize::from(is_asked);
            if !is_asked && !FOR_ANYBODY.contains(&name) {
                without.push(format!("{name} in {path}"));
            }
        }
    }

    assert!(without.is_empty(), "use cases that ask nobody: {without:?}");
    assert!(asked > 12, "only {asked} use cases were found");
}
