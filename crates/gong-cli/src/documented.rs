//! Every command that the documentation shows can be typed.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::arguments::Arguments;

/// The pages, those below folders too.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut open = vec![root.join("docs")];
    let mut pages = vec![root.join("README.md"), root.join("SECURITY.md")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|name| name == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

/// The lines of a page's blocks of shell that begin with `gongkit`, once what stands before it (a
/// prompt, variables for this command alone) is taken away.
fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_shell = false;
    for line in page.lines() {
        let line = line.trim();
        if let Some(language) = line.strip_prefix("```") {
            is_shell = !is_shell && matches!(language, "sh" | "");
            continue;
        }
        let words = || line.split_whitespace();
        let before = words().take_while(|word| *word == "$" || word.contains('='));
        let command = words().skip(before.count()).collect::<Vec<_>>().join(" ");
        if is_shell && command.starts_with("gongkit ") {
            found.push(command);
        }
    }
    found
}

/// The words of a command as a shell would divide them, up to a comment or to another command.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for char in command.chars() {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '"' | '\'') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#') if word.is_none() => break,
            (None, '|' | '>' | '&' | ';') => break,
            _ => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_documented_command_can_be_typed() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for command in commands(&text) {
            seen += 1;
            let Err(error) = Arguments::try_parse_from(words(&command)) else {
                continue;
            };
            if !matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) {
                let why = error.to_string();
                let why = why.lines().next().unwrap_or_default().to_owned();
                wrong.push(format!("{}: {command}: {why}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 60, "only {seen} commands were found");
}

#[test]
fn a_command_is_divided_as_a_shell_would() {
    assert_eq!(
        words("gongkit search \"what is it\" --json | jq '.x' # remark"),
        ["gongkit", "search", "what is it", "--json"]
    );
    assert_eq!(words("gongkit sync   # again"), ["gongkit", "sync"]);
    assert_eq!(
        commands("```sh\nA=1 gongkit sync\n```\ngongkit not in a block\n```json\ngongkit x\n```"),
        ["gongkit sync"]
    );
}
