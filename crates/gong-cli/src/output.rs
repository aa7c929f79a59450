//! Data on stdout, everything else on stderr; a reader that goes away is no failure.

use std::io::{self, Write as _};

use gong_app::{Error, ErrorKind};
use serde::Serialize;
use serde_json::json;

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Writes an answer: as JSON, or as the text that `table` makes of it.
pub(crate) fn answer<T: Serialize>(
    format: Format,
    view: &T,
    table: impl FnOnce(&T) -> String,
) -> Result<(), Error> {
    let text = match format {
        Format::Text => table(view),
        Format::Json => serde_json::to_string_pretty(view).map_err(|error| {
            Error::new(ErrorKind::Failed, "the answer could not be written as JSON")
                .caused_by(error)
        })?,
    };
    data(text.trim_end())
}

/// Writes to stdout, with a line end.
pub(crate) fn data(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    match written {
        // `gongkit search … | head` is content with what it has read.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            Err(Error::new(ErrorKind::Failed, "stdout cannot be written").caused_by(error))
        }
        Ok(()) => Ok(()),
    }
}

/// Says something to the person in front, on stderr.
pub(crate) fn say(text: &str) {
    // There is nobody left to tell that stderr is closed.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says what went wrong and what to do about it: as lines, or as one object on a line of its own.
pub(crate) fn complain(format: Format, error: &Error) {
    // A server or a file name may have a word in it: no control character reaches the terminal.
    let line: String = error
        .chain()
        .chars()
        .filter(|char| !char.is_control())
        .collect();
    if format == Format::Json {
        return say(&json!({ "error": Complaint::of(error, line) }).to_string());
    }
    say(&format!("error: {line}"));
    for choice in error.choices() {
        let name = choice.name.as_deref().unwrap_or_default();
        say(format!("choice: {} {name}", choice.id).trim_end());
    }
    if let Some(hint) = error.advice() {
        say(&format!("hint: {hint}"));
    }
}

/// An error for programs.
#[derive(Serialize)]
struct Complaint<'a> {
    kind: &'static str,
    exit_code: u8,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<serde_json::Value>,
}

impl<'a> Complaint<'a> {
    fn of(error: &'a Error, message: String) -> Self {
        let choices = error.choices().iter();
        Self {
            kind: error.kind().as_str(),
            exit_code: error.kind().exit_code(),
            message,
            hint: error.advice(),
            choices: choices
                .map(|choice| json!({ "id": choice.id, "name": choice.name }))
                .collect(),
        }
    }
}
