//! What was said, and by whom how much.

use super::{ann, check, competitor, with_calls};
use crate::deals::testing::{deal_with, unheard};
use crate::deals::{Activities, Remark, State, Warning};
use crate::{RedFlagKind, Stance, Value};
use conversation::Side;

#[test]
fn pricing_absent() {
    let check = |stage, calls, state, reason| {
        let view = deal_with(stage, calls, Activities::NotConnected);
        check(Warning::PricingAbsent, &view, "2026-03-09", state, reason);
    };
    let silent = || ann("2026-03-02", vec![]);
    check(
        "Proposal",
        vec![silent()],
        State::Fires,
        "the price was not found in 1 calls",
    );
    check(
        "Discovery",
        vec![silent()],
        State::Clear,
        "it is too early to speak of the price",
    );
    check(
        "Proposal",
        vec![ann("2026-03-02", vec![Value::Pricing])],
        State::Clear,
        "the price was spoken of",
    );
    let unheard = vec![silent(), unheard(ann("2026-03-03", vec![]))];
    check(
        "Proposal",
        unheard,
        State::Unknown,
        "1 of 2 calls have a transcript",
    );
    check(
        "Proposal",
        vec![],
        State::Unknown,
        "0 of 0 calls have a transcript",
    );
    check(
        "Parked",
        vec![silent()],
        State::Unknown,
        "its stage has no place in the order of stages",
    );
    // What is said tomorrow is not known today.
    check(
        "Proposal",
        vec![silent(), ann("2026-03-10", vec![Value::Pricing])],
        State::Fires,
        "the price was not found in 1 calls",
    );
}

#[test]
fn competitor_active() {
    let check = |calls, state, reason| {
        let view = deal_with("Proposal", calls, Activities::NotConnected);
        check(
            Warning::CompetitorActive,
            &view,
            "2026-04-30",
            state,
            reason,
        );
    };
    let said = "a competitor is looked at or used, said in 45 days";
    check(
        vec![ann("2026-03-20", vec![competitor(Stance::Evaluating)])],
        State::Fires,
        said,
    );
    check(
        vec![ann("2026-03-20", vec![competitor(Stance::Using)])],
        State::Fires,
        said,
    );
    let nothing = "no competitor is looked at or used in 1 calls";
    check(
        vec![ann("2026-03-20", vec![competitor(Stance::Dismissed)])],
        State::Clear,
        nothing,
    );
    let old = ann("2026-03-10", vec![competitor(Stance::Using)]);
    check(
        vec![old.clone(), ann("2026-03-20", vec![])],
        State::Clear,
        nothing,
    );
    check(vec![old], State::Unknown, "0 of 0 calls have a transcript");
}

#[test]
fn red_flag() {
    let check = |calls, state, reason| {
        let view = deal_with("Proposal", calls, Activities::NotConnected);
        check(Warning::RedFlag, &view, "2026-04-30", state, reason);
    };
    let flag = |kind| ann("2026-03-20", vec![Value::RedFlag(kind)]);
    check(
        vec![flag(RedFlagKind::BudgetCut)],
        State::Fires,
        "the customer raised a red flag",
    );
    check(
        vec![flag(RedFlagKind::NotNow)],
        State::Fires,
        "the customer raised a red flag",
    );
    check(
        vec![flag(RedFlagKind::Reorg)],
        State::Clear,
        "no red flag in 1 calls",
    );
    let later = ann("2026-04-10", vec![]);
    check(
        vec![flag(RedFlagKind::NotNow), later.clone()],
        State::Clear,
        "no red flag in 2 calls",
    );
    check(
        vec![flag(RedFlagKind::NotNow), unheard(later.clone())],
        State::Fires,
        "the customer raised a red flag",
    );
    for lasting in [RedFlagKind::LegalBlock, RedFlagKind::CompetitorChosen] {
        check(
            vec![flag(lasting), later.clone()],
            State::Fires,
            "the customer raised a red flag",
        );
    }
    check(
        vec![unheard(flag(RedFlagKind::NotNow))],
        State::Unknown,
        "0 of 1 calls have a transcript",
    );
    let mut ours = flag(RedFlagKind::Freeze);
    if let Some(heard) = &mut ours.heard {
        let remark = &heard.remarks[0];
        let mut place = remark.place().clone();
        place.side = Side::Ours;
        heard.remarks[0] = Remark::new(remark.value().clone(), place);
    }
    check(vec![ours], State::Clear, "no red flag in 1 calls");
}

#[test]
fn talk_imbalance() {
    let talk = |day, share| {
        let mut one = ann(day, vec![]);
        if let Some(heard) = &mut one.heard {
            heard.talk_ratio_ours = share;
        }
        one
    };
    let check = |before, last, state, reason| {
        let calls = vec![talk("2026-03-02", before), talk("2026-03-03", last)];
        check(
            Warning::TalkImbalance,
            &with_calls(calls),
            "2026-03-09",
            state,
            reason,
        );
    };
    let fires = "we had 80 % and 76 % of the talk in the last two calls; the limit is 75 %";
    check(Some(0.8), Some(0.76), State::Fires, fires);
    check(
        Some(0.9),
        Some(0.75),
        State::Clear,
        "we had 75 % of the talk in one of the last two calls",
    );
    check(
        None,
        Some(0.7),
        State::Clear,
        "we had 70 % of the talk in one of the last two calls",
    );
    check(
        None,
        Some(0.8),
        State::Unknown,
        "our share of the talk is known of 1 of the last two calls",
    );
}
