//! The deals of the simulator, with the truth of what is said in their calls in place of detectors.

use conversation::{
    CallId, Citation, DealId, DealSnapshot, DealSource, Money, Revision, SentenceRef, Side, Span,
    UserId,
};
use gong_sim::{Deals, PlannedCall, PlannedDeal, Signal};
use insights::deals::{
    Activities, DealCall, DealView, Participant, PersonKey, PipelineRules, Remark, Title,
};
use insights::{Owner, RedFlagKind, Stance, StepStatus, Value};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The end of a day: what the CRM shows of a day is known then.
pub(crate) fn evening(day: Date) -> Timestamp {
    let evening = day.at(23, 59, 59, 0);
    TimeZone::UTC
        .to_timestamp(evening)
        .expect("a day of our time")
}

/// Every deal with all that was ever known of it; no e-mails.
pub(crate) fn views(deals: &Deals) -> Vec<DealView> {
    deals.deals().iter().map(view).collect()
}

fn view(deal: &PlannedDeal) -> DealView {
    let id = DealId::new("salesforce", deal.id.as_str()).expect("an id");
    let calls = deal.calls.iter().map(|call| heard(deal, call)).collect();
    DealView::new(
        id.clone(),
        snapshots(deal, &id),
        calls,
        Activities::Known(Vec::new()),
    )
}

/// One snapshot for each day on which something changed.
fn snapshots(deal: &PlannedDeal, id: &DealId) -> Vec<DealSnapshot> {
    let mut shown: Vec<DealSnapshot> = Vec::new();
    let mut day = deal.created;
    while day <= deal.closed_on {
        let mut one = DealSnapshot::new(id.clone(), DealSource::Csv, evening(day));
        one.stage = Some(deal.stage_as_of(day).to_owned());
        one.close_date = Some(deal.close_date_as_of(day));
        one.created = Some(deal.created);
        one.owner = UserId::new(deal.owner_email.as_str()).ok();
        let euro = "EUR".parse().expect("a currency");
        one.amount = Money::of_hundredths(i64::from(deal.amount) * 100, euro).ok();
        one.closed_on = (deal.closed_on <= day).then_some(deal.closed_on);
        if !shown.last().is_some_and(|last| last.says_the_same(&one)) {
            shown.push(one);
        }
        day = day.saturating_add(1.day());
    }
    shown
}

/// A call with what was planted in it.
fn heard(deal: &PlannedDeal, planned: &PlannedCall) -> DealCall {
    let id = CallId::new(planned.id.as_str()).expect("an id");
    let mut call = DealCall::of(
        &conversation::Call::new(id.clone(), planned.started),
        &PipelineRules::default(),
    );
    let somebody = |email: &str, side| {
        let mut one = Participant::new(PersonKey::of_email(email), side);
        one.title = Title::Other;
        one.spoke = true;
        one
    };
    let buyer = format!("buyer@{}.example", deal.account_id);
    call.people = vec![
        somebody(&deal.owner_email, Side::Ours),
        somebody(&buyer, Side::Theirs),
    ];
    let found = planned
        .planted
        .iter()
        .map(|one| remark(&id, one.signal, one.sentence))
        .collect();
    call.with_remarks(Some(0.5), found)
}

fn remark(call: &CallId, signal: Signal, sentence: usize) -> Remark {
    let (side, value) = match signal {
        Signal::Pricing => (Side::Ours, Value::Pricing),
        Signal::Competitor => {
            let name = "Northbeam".to_owned();
            let stance = Stance::Evaluating;
            (Side::Theirs, Value::Competitor { name, stance })
        }
        Signal::NextStep => {
            let step = Value::NextStep {
                owner: Owner::Ours,
                status: StepStatus::Accepted,
                due: None,
            };
            (Side::Ours, step)
        }
        _ => (Side::Theirs, Value::RedFlag(RedFlagKind::BudgetCut)),
    };
    let utterance = u32::try_from(sentence).expect("a short call");
    let start = u64::from(utterance) * 6_000;
    let mut place = Citation::new(
        call.clone(),
        Revision::new(1),
        SentenceRef::new(utterance, 0),
        Span::from_millis(start, start + 5_000),
    );
    place.side = side;
    Remark::new(value, place)
}
