//! What a model answered, kept so that it is not asked twice: sealed, and gone with whatever it was
//! made from.

use std::fmt;

use access::Scope;
use async_trait::async_trait;
use conversation::{AccountId, CallId};
use jiff::{SignedDuration, Timestamp};

use crate::Error;

/// An answer that is older is forgotten with the next one that is kept: a model is replaced sooner.
pub const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The name of a question to a model: the keyed fingerprint of all that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnswerId([u8; 32]);

impl AnswerId {
    /// Takes the bytes of a keyed fingerprint.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads what an id prints.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for AnswerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// An answer as it is kept.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptAnswer {
    /// The question.
    pub id: AnswerId,
    /// Which model answered; never a word of a call.
    pub model: String,
    /// When.
    pub made: Timestamp,
    /// What it answered. It is sealed with a key of its own.
    pub text: String,
    /// The calls that it holds words of: it goes with any of them.
    pub calls: Vec<CallId>,
    /// The customers that it may name besides: it goes with any of them, too.
    pub accounts: Vec<AccountId>,
}

impl KeptAnswer {
    /// An answer that was made from these calls.
    pub fn new(
        id: AnswerId,
        model: impl Into<String>,
        made: Timestamp,
        text: impl Into<String>,
        calls: Vec<CallId>,
    ) -> Self {
        Self {
            id,
            model: model.into(),
            made,
            text: text.into(),
            calls,
            accounts: Vec::new(),
        }
    }
}

impl fmt::Debug for KeptAnswer {
    /// Prints no word of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptAnswer")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}

/// Answers of models.
///
/// Laws, each checked by [`crate::conformance::check_answers`]:
/// - What was kept is what is given, whole; keeping again replaces.
/// - An answer is given to a scope that reaches every call it was made from, and to no other.
/// - An answer that was made from a call that is not there, or from none, is not kept.
/// - An answer is hidden once one of its calls is being erased, and destroyed with it; it goes with
///   a customer it was made for as well.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Keeps an answer, and forgets those made [`ANSWERS_KEPT`] before it; `false` if a call that it
    /// was made from is not there (any more).
    async fn keep_answer(&self, answer: KeptAnswer) -> Result<bool, Error>;

    /// The answer to a question, if the scope reaches all that it was made from.
    async fn answer(&self, scope: &Scope, id: &AnswerId) -> Result<Option<KeptAnswer>, Error>;
}
