//! A call and what is true of it.

use insights::testing::{SmallCall, call_of};
use narration::{Claim, ClaimKind};

/// A call on Tuesday 3 March 2026, and what is true of it.
pub(super) struct Case {
    pub(super) people: &'static [(&'static str, &'static str)],
    pub(super) said: &'static [(&'static str, &'static str)],
    pub(super) claims: &'static [True],
}

/// Kind, text, owner, due, sentences.
pub(super) type True = (
    ClaimKind,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    &'static [u32],
);

pub(super) fn call(case: &Case) -> SmallCall {
    let mut call = call_of(case.said);
    for party in &mut call.call.parties {
        let name = case.people.iter().find(|(id, _)| *id == party.id.as_str());
        party.name = name.map(|(_, name)| (*name).to_owned());
    }
    call
}

pub(super) fn claim(of: &True) -> Claim {
    let (kind, text, owner, due, sentences) = *of;
    let mut claim = Claim::new(kind, text, sentences.to_vec());
    claim.owner = owner.map(str::to_owned);
    claim.due = due.map(str::to_owned);
    claim
}
