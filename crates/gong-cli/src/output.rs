//! Data on stdout, everything else on stderr; a reader that goes away is no failure.

use std::io::{self, Write as _};

use gong_app::{Error, ErrorKind};
use serde::Serialize;

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

/// Says what went wrong and what to do about it.
pub(crate) fn complain(error: &Error) {
    // A server or a file name may have a word in it: no control character reaches the terminal.
    let line: String = error
        .chain()
        .chars()
        .filter(|char| !char.is_control())
        .collect();
    say(&format!("error: {line}"));
    for choice in error.choices() {
        let name = choice.name.as_deref().unwrap_or_default();
        say(format!("choice: {} {name}", choice.id).trim_end());
    }
    if let Some(hint) = error.hint_text() {
        say(&format!("hint: {hint}"));
    }
}
