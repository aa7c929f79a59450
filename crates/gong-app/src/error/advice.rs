//! What a person can do about an error that has no hint of its own: by what the system said, else by
//! its kind.

use std::error::Error as _;
use std::io;

use super::{Error, ErrorKind};

impl Error {
    /// What a person can do: the hint, or what helps in general. Whoever stopped something knows.
    pub fn advice(&self) -> Option<&str> {
        self.hint_text()
            .or_else(|| self.said_by_the_system().and_then(of_system))
            .or_else(|| of_kind(self.kind()))
    }

    /// The system's own reason, if that is what caused it.
    fn said_by_the_system(&self) -> Option<io::ErrorKind> {
        let mut cause = self.source();
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<io::Error>() {
                return Some(error.kind());
            }
            cause = error.source();
        }
        None
    }
}

fn of_system(reason: io::ErrorKind) -> Option<&'static str> {
    Some(match reason {
        io::ErrorKind::PermissionDenied => {
            "see with ls -l whose it is, and run gongkit as that user or change its permissions"
        }
        io::ErrorKind::NotFound => "check how the path is written, and that it is there",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on that disk and run it again; nothing that was answered is lost"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "that disk can only be read: name a folder elsewhere, as with --data-dir"
        }
        io::ErrorKind::AddrInUse => "end what listens there, or choose another port",
        io::ErrorKind::IsADirectory => "that is a folder: name a file",
        io::ErrorKind::NotADirectory => "a part of that path is a file: name a folder",
        io::ErrorKind::InvalidData => "it is no text: name the file that was meant",
        _ => return None,
    })
}

fn of_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::Failed => {
            "`gongkit doctor` checks what is set up; -v before the command says what was done"
        }
        ErrorKind::Usage => "the command with --help says what it takes",
        ErrorKind::NotConfigured => {
            "`gongkit config show --origin` tells where each value comes from"
        }
        ErrorKind::NotAuthorised => "`gongkit auth whoami` tells as whom it was asked",
        ErrorKind::NotFound => "check how it is written, and that you may see it",
        ErrorKind::TryLater => "run it again in a moment",
        ErrorKind::Integrity => "`gongkit db verify` tells what is damaged; docs/operations.md",
        ErrorKind::Cancelled => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: &Error, advice: Option<&str>) {
        let given = error.advice();
        let is_so = match (given, advice) {
            (Some(given), Some(wanted)) => given.contains(wanted),
            (given, wanted) => given == wanted,
        };
        assert!(is_so, "{given:?}");
    }

    #[test]
    fn an_error_has_its_hint_else_what_the_system_said_else_what_its_kind_says() {
        let failed = || Error::new(ErrorKind::Failed, "it did not work");
        let full = || io::Error::from(io::ErrorKind::StorageFull);

        check(&failed().caused_by(full()).hint("do this"), Some("do this"));
        check(&failed().caused_by(full()), Some("make room"));
        let deep = failed().caused_by(failed().caused_by(full()));
        check(&deep, Some("make room"));
        let odd = io::Error::from(io::ErrorKind::Interrupted);
        check(&failed().caused_by(odd), Some("gongkit doctor"));
        check(&failed(), Some("gongkit doctor"));
        check(&Error::new(ErrorKind::Cancelled, "stopped"), None);
    }
}
