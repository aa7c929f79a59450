//! What passed between both sides, and how long ago.

use conversation::Side;
use jiff::Timestamp;

use crate::Evidence;
use crate::deals::{ActivityKind, DealAt, DealRule, RuleSpec, Verdict, Warning, days};

/// Nothing passed between both sides for days.
pub(super) struct NoActivity;

/// We wrote or called again and again, and nobody answered.
pub(super) struct Ghosted;

/// One call, meeting or e-mail: who took part or wrote.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    pub(super) at: Timestamp,
    pub(super) ours: bool,
    pub(super) theirs: bool,
    is_answer: bool,
}

/// Everything that passed by now, the earliest first; none where no source of e-mails is connected.
pub(super) fn touches(deal: &DealAt<'_>) -> Option<Vec<Touch>> {
    let mut all = calls(deal);
    for one in deal.activities()?.filter(|one| one.at <= deal.as_of()) {
        let is_meeting = one.kind == ActivityKind::Meeting;
        let (ours, theirs) = (one.by == Side::Ours, one.by == Side::Theirs);
        all.push(Touch {
            at: one.at,
            ours: ours || (is_meeting && theirs),
            theirs: theirs || (is_meeting && !one.contacts.is_empty()),
            is_answer: theirs && !is_meeting,
        });
    }
    all.sort_by_key(|touch| touch.at);
    Some(all)
}

/// The calls alone.
pub(super) fn calls(deal: &DealAt<'_>) -> Vec<Touch> {
    let touch = |call: &crate::deals::DealCall| Touch {
        at: call.started,
        ours: call.has(Side::Ours),
        theirs: call.has(Side::Theirs),
        is_answer: false,
    };
    deal.calls().iter().map(touch).collect()
}

fn counted(touches: usize) -> Evidence {
    Evidence::Computed {
        query: "calls, meetings and e-mails of the deal up to the day".to_owned(),
        rows: touches as u64,
    }
}

fn not_connected() -> Verdict {
    Verdict::unknown(
        "no source of e-mails and meetings is connected",
        Evidence::Computed {
            query: "sources of e-mails and meetings".to_owned(),
            rows: 0,
        },
    )
}

impl DealRule for NoActivity {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::NoActivity, 1)
    }

    /// An e-mail of the customer's is two-way: it answers or will be answered.
    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let Some(touches) = touches(deal) else {
            return not_connected();
        };
        let evidence = counted(touches.len());
        let two_way = |touch: &&Touch| (touch.ours && touch.theirs) || touch.is_answer;
        let limit = deal.settings().no_activity_days;
        let (what, ago) = match touches.iter().rev().find(two_way) {
            Some(last) => ("the last two-way interaction was", deal.days_since(last.at)),
            None => (
                "no two-way interaction is known; the deal was made",
                since_made(deal),
            ),
        };
        let reason = format!("{what} {ago:.0} days ago; the limit is {limit}");
        if ago > f64::from(limit) {
            Verdict::fires(reason, evidence)
        } else {
            Verdict::clear(reason, evidence)
        }
    }
}

/// Whole days since the deal was made.
fn since_made(deal: &DealAt<'_>) -> f64 {
    crate::deals::days_between(deal.created(), deal.day()) as f64
}

impl DealRule for Ghosted {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::Ghosted, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let Some(touches) = touches(deal) else {
            return not_connected();
        };
        let settings = deal.settings();
        let last = touches.iter().rev().find(|touch| touch.theirs);
        let is_since = |touch: &&Touch| touch.ours && last.is_none_or(|last| touch.at > last.at);
        let since: Vec<&Touch> = touches.iter().filter(is_since).collect();
        // Who never answered is waited for since our first touch.
        let waiting = last.or(since.first().copied());
        let ago = waiting.map_or(0.0, |touch| days(touch.at, deal.as_of()));
        let count = since.len();
        let reason = match last {
            Some(_) => {
                format!("{count} touches of ours since the last of theirs, {ago:.0} days ago")
            }
            None => {
                format!("{count} touches of ours, the first {ago:.0} days ago, and none of theirs")
            }
        };
        let is_many = count as u64 >= u64::from(settings.ghosted_touches.max(1));
        if is_many && ago > f64::from(settings.ghosted_days) {
            Verdict::fires(reason, counted(touches.len()))
        } else {
            Verdict::clear(reason, counted(touches.len()))
        }
    }
}
