//! The row filter that every query takes.

use std::collections::BTreeSet;

use conversation::UserId;

/// Whether private calls that the caller took no part in are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum PrivateCalls {
    /// They are treated like calls that do not exist.
    Withheld,
    /// They are shown.
    Included,
}

/// Which calls a caller reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rows {
    /// Every call of the tenant.
    All,
    /// The calls in which at least one of these users took part.
    Of(BTreeSet<UserId>),
}

/// The calls that a caller may see: compiled into every query before anything is ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    rows: Rows,
    private: PrivateCalls,
}

impl Scope {
    /// Every call of the tenant, private ones as said.
    pub fn everything(private: PrivateCalls) -> Self {
        Self {
            rows: Rows::All,
            private,
        }
    }

    /// The calls in which one of these users took part, their private ones included.
    pub fn calls_of(users: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            rows: Rows::Of(users.into_iter().collect()),
            private: PrivateCalls::Included,
        }
    }

    /// What a flow sees that works for nobody in particular, such as sync and erasure.
    ///
    /// Only `gong-app` and the flows themselves may ask for it: never a front end.
    pub fn internal() -> Self {
        Self::everything(PrivateCalls::Included)
    }

    /// Which calls are reached.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Whether private calls among them are shown.
    pub fn private(&self) -> PrivateCalls {
        self.private
    }

    /// The rule in words of one call: its users, and whether it is private.
    pub fn admits<'a>(
        &self,
        users: impl IntoIterator<Item = &'a UserId>,
        is_private: bool,
    ) -> bool {
        let is_reached = match &self.rows {
            Rows::All => true,
            Rows::Of(reached) => users.into_iter().any(|user| reached.contains(user)),
        };
        is_reached && (!is_private || self.private == PrivateCalls::Included)
    }
}
