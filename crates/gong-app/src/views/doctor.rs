//! What is set up, what is not, and the command that mends it.

use serde::Serialize;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CheckStatus {
    /// All is well.
    Ok,
    /// It does not apply, or something before it failed.
    Skip,
    /// It works, but somebody should look.
    Warn,
    /// It does not work.
    Fail,
}

impl CheckStatus {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skip => "skip",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One check.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CheckView {
    /// Its stable name.
    pub id: &'static str,
    /// How it ended.
    pub status: CheckStatus,
    /// What was found.
    pub what: String,
    /// Why it matters, where it is not well.
    pub why: Option<String>,
    /// The command or step that mends it.
    pub fix: Option<String>,
}

/// All checks.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DoctorView {
    /// The worst of them.
    pub status: CheckStatus,
    /// The checks, in order.
    pub checks: Vec<CheckView>,
}
