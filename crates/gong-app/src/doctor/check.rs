//! One check as it is made.

use crate::Error;
use crate::views::{CheckStatus, CheckView};

/// One check.
pub(crate) struct Check {
    id: &'static str,
    pub(crate) status: CheckStatus,
    what: String,
    why: Option<String>,
    fix: Option<String>,
}

impl Check {
    fn new(id: &'static str, status: CheckStatus, what: impl Into<String>) -> Self {
        Self {
            id,
            status,
            what: what.into(),
            why: None,
            fix: None,
        }
    }

    pub(crate) fn ok(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(id, CheckStatus::Ok, what)
    }

    pub(crate) fn skip(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(id, CheckStatus::Skip, what)
    }

    pub(crate) fn warn(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(id, CheckStatus::Warn, what)
    }

    pub(crate) fn fail(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(id, CheckStatus::Fail, what)
    }

    /// Fails with an error's own words and hint.
    pub(crate) fn failed(id: &'static str, error: &Error) -> Self {
        let mut check = Self::fail(id, error.chain());
        check.fix = error.hint_text().map(str::to_owned);
        check
    }

    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    pub(crate) fn into_view(self) -> CheckView {
        CheckView {
            id: self.id,
            status: self.status,
            what: self.what,
            why: self.why,
            fix: self.fix,
        }
    }
}
