//! `manual`: the reference of the commands, made from the commands themselves.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clap::builder::{PossibleValue, Str};
use clap::{Arg, Command, CommandFactory as _};
use gong_app::{Error, ErrorKind};

use crate::arguments::Arguments;
use crate::output;

pub(crate) fn run(man: Option<&Path>) -> Result<(), Error> {
    let mut root = without_help(Arguments::command());
    root.build();
    match man {
        Some(folder) => man_pages(root, folder),
        None => output::data(page(&root).trim_end()),
    }
}

/// Without the `help` that stands beside subcommands: each would double the pages that it is about.
fn without_help(command: Command) -> Command {
    command
        .disable_help_subcommand(true)
        .mut_subcommands(without_help)
}

fn man_pages(root: Command, folder: &Path) -> Result<(), Error> {
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(root, folder));
    written.map_err(|error| {
        let what = format!("man pages cannot be written into {}", folder.display());
        Error::new(ErrorKind::Failed, what).caused_by(error)
    })
}

/// Every command in Markdown, parents before children.
fn page(root: &Command) -> String {
    let mut page = "# Commands\n<!-- made by `gongkit manual` -->\n".to_owned();
    page.push_str(
        "Answers go to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, \
        2 typed wrongly, 3 not configured or not allowed in, 4 not found, 5 a limit of requests or \
        something that will pass, 6 something is damaged, 130 stopped.\n",
    );
    page.push_str("\n## Flags of every command\n");
    for flag in root.get_arguments().filter(|arg| arg.is_global_set()) {
        of_argument(&mut page, flag);
    }
    for command in visible(root) {
        of_command(&mut page, command, 2);
    }
    page
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    let all = command.get_subcommands();
    all.filter(|command| !command.is_hide_set())
}

fn of_command(page: &mut String, command: &Command, depth: usize) {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    // Writing into a string cannot fail.
    let _ = write!(page, "\n{} `{name}`\n", "#".repeat(depth));
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        let _ = writeln!(page, "{about}");
    }
    let children: Vec<_> = visible(command).collect();
    if children.is_empty() {
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        let _ = write!(page, "```text\n{usage}\n```\n");
    }
    let own = command.get_arguments().filter(|arg| !arg.is_global_set());
    for argument in own.filter(|arg| !arg.is_hide_set()) {
        of_argument(page, argument);
    }
    for child in children {
        of_command(page, child, depth + 1);
    }
}

fn of_argument(page: &mut String, argument: &Arg) {
    let id = argument.get_id().as_str();
    if matches!(id, "help" | "version") {
        return;
    }
    let help = argument.get_long_help().or(argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = if help.ends_with(['.', '?', '!', ']']) {
        ""
    } else {
        "."
    };
    let _ = write!(page, "- `{}`: {help}{end}", written(argument));
    let values = argument.get_possible_values();
    let takes_value = argument.get_action().takes_values();
    if takes_value && !values.is_empty() && !argument.is_hide_possible_values_set() {
        let names: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
        let _ = write!(page, " One of: {}.", names.join(", "));
    }
    let defaults = argument.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    if takes_value && !defaults.is_empty() {
        let _ = write!(page, " Default: {}.", defaults.join(", "));
    }
    page.push('\n');
}

/// As it is typed.
fn written(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let names: Vec<_> = names.iter().map(Str::as_str).collect();
    let value = if !argument.get_action().takes_values() {
        String::new()
    } else if names.is_empty() {
        argument.get_id().as_str().to_uppercase()
    } else {
        names.join(" ")
    };
    let flag = match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (None, Some(long)) => format!("--{long}"),
        (Some(short), None) => format!("-{short}"),
        (None, None) => String::new(),
    };
    format!("{flag} {value}").trim().to_owned()
}
