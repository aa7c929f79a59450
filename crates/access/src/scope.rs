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
    own: Option<UserId>,
}

impl Scope {
    /// Every call of the tenant, private ones as said.
    pub fn everything(private: PrivateCalls) -> Self {
        Self {
            rows: Rows::All,
            private,
            own: None,
        }
    }

    /// The calls in which one of these users took part, their private ones included: what each of
    /// them may see. Whoever leads them sees less: [`Scope::team`].
    pub fn calls_of(users: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            rows: Rows::Of(users.into_iter().collect()),
            private: PrivateCalls::Included,
            own: None,
        }
    }

    /// The calls in which this user or one of the team took part; of the private ones, where they
    /// are withheld, only those in which the user took part himself.
    pub fn team(
        user: UserId,
        team: impl IntoIterator<Item = UserId>,
        private: PrivateCalls,
    ) -> Self {
        let mut reached: BTreeSet<UserId> = team.into_iter().collect();
        reached.insert(user.clone());
        Self {
            rows: Rows::Of(reached),
            private,
            own: Some(user),
        }
    }

    /// No call at all.
    pub fn nothing() -> Self {
        Self {
            rows: Rows::Of(BTreeSet::new()),
            private: PrivateCalls::Withheld,
            own: None,
        }
    }

    /// Shows private calls in which this user took part even where private calls are withheld.
    #[must_use = "gives the scope back"]
    pub fn with_own(mut self, user: Option<UserId>) -> Self {
        self.own = user;
        self
    }

    /// The same rows without any private call: what counts, aggregates, coaching and exports use,
    /// whoever asks.
    #[must_use = "gives the scope back"]
    pub fn without_private(mut self) -> Self {
        self.private = PrivateCalls::Withheld;
        self.own = None;
        self
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

    /// Whose private calls are shown even where private calls are withheld.
    pub fn own(&self) -> Option<&UserId> {
        self.own.as_ref()
    }

    /// The rule in words of one call: its users, and whether it is private.
    pub fn admits<'a>(
        &self,
        users: impl IntoIterator<Item = &'a UserId>,
        is_private: bool,
    ) -> bool {
        let (mut is_reached, mut is_own) = (self.rows == Rows::All, false);
        for user in users {
            is_own |= self.own.as_ref() == Some(user);
            if let Rows::Of(reached) = &self.rows {
                is_reached |= reached.contains(user);
            }
        }
        is_reached && (!is_private || is_own || self.private == PrivateCalls::Included)
    }
}
