//! What was said in the calls of a deal, or never was.

use conversation::{Citation, Side};

use crate::deals::coverage::{is_enough, said, searched};
use crate::deals::{DealAt, DealCall, DealRule, Remark, RuleSpec, Verdict, Warning};
use crate::{Evidence, Kind, NonEmpty, RedFlagKind, Stance, Value};

/// It is late, and nobody spoke of the price.
pub(super) struct PricingAbsent;

/// The customer looks at a competitor or uses one.
pub(super) struct CompetitorActive;

/// The customer's budget is cut or frozen, the champion leaves, legal stops it, somebody else was
/// chosen, or it is put off.
pub(super) struct RedFlag;

/// The sentences of what was found, the newest call first.
pub(in crate::deals) fn cited(
    calls: &[DealCall],
    is_meant: impl Fn(&Remark) -> bool,
) -> Option<Evidence> {
    let newest_first = calls.iter().rev();
    let found = newest_first.flat_map(|call| call.remarks().iter().filter(|one| is_meant(one)));
    let places: Vec<Citation> = found.map(|one| one.place().clone()).collect();
    NonEmpty::from_vec(places).map(Evidence::Cited)
}

/// "Nothing of it was said" where enough was heard, else unknown.
fn nothing_heard(calls: &[DealCall], nothing: &str) -> Verdict {
    if is_enough(calls) {
        Verdict::clear(
            format!("{nothing} in {} calls", calls.len()),
            searched(calls),
        )
    } else {
        Verdict::unknown(said(calls), searched(calls))
    }
}

impl DealRule for PricingAbsent {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::PricingAbsent, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let calls = deal.calls();
        let from = deal.rules().position(&deal.rules().proposal);
        let (Some(stage), Some(from)) = (deal.position(), from) else {
            return Verdict::unknown(
                "its stage has no place in the order of stages",
                searched(calls),
            );
        };
        if let Some(priced) = cited(calls, |one| one.kind() == Kind::Pricing) {
            return Verdict::clear("the price was spoken of", priced);
        }
        if stage < from {
            return Verdict::clear("it is too early to speak of the price", searched(calls));
        }
        if is_enough(calls) {
            let reason = format!("the price was not found in {} calls", calls.len());
            Verdict::fires(reason, searched(calls))
        } else {
            Verdict::unknown(said(calls), searched(calls))
        }
    }
}

impl DealRule for CompetitorActive {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::CompetitorActive, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let days = deal.settings().competitor_days;
        let calls = deal.calls_within(days);
        let is_active = |one: &Remark| {
            let stance = match one.value() {
                Value::Competitor { stance, .. } => Some(*stance),
                _ => None,
            };
            matches!(stance, Some(Stance::Evaluating | Stance::Using))
        };
        match cited(calls, is_active) {
            Some(sentences) => Verdict::fires(
                format!("a competitor is looked at or used, said in {days} days"),
                sentences,
            ),
            None => nothing_heard(calls, "no competitor is looked at or used"),
        }
    }
}

impl DealRule for RedFlag {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::RedFlag, 2)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let heard = deal.calls().iter().rev().find(|call| call.heard.is_some());
        let last = heard.map(|call| &call.call);
        let is_flag = |one: &Remark| {
            let is_theirs = one.place().side == Side::Theirs;
            let holds = match one.value() {
                // Who speaks with us again has put it off no longer, or says so again.
                Value::RedFlag(RedFlagKind::NotNow) => last == Some(&one.place().call),
                Value::RedFlag(kind) => *kind != RedFlagKind::Reorg,
                _ => false,
            };
            is_theirs && holds
        };
        match cited(deal.calls(), is_flag) {
            Some(sentences) => Verdict::fires("the customer raised a red flag", sentences),
            None => nothing_heard(deal.calls(), "no red flag"),
        }
    }
}
