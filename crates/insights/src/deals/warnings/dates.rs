//! What the CRM's dates show: late, put off, standing still.

use crate::Evidence;
use crate::deals::{DealAt, DealRule, RuleSpec, StageTimes, Verdict, Warning, days_between};

/// The close date lies in the past.
pub(super) struct Overdue;

/// The close date moved later, and again.
pub(super) struct ClosePushed;

/// It stays in its stage longer than deals that were won.
pub(super) struct Stalled {
    times: StageTimes,
}

impl Stalled {
    pub(super) const fn new(times: StageTimes) -> Self {
        Self { times }
    }
}

/// What the CRM showed, as rows that were counted.
fn shown(deal: &DealAt<'_>, of: &str) -> Evidence {
    Evidence::Computed {
        query: format!("{of} in the snapshots of the deal up to the day"),
        rows: deal.snapshots().len() as u64,
    }
}

impl DealRule for Overdue {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::Overdue, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let evidence = shown(deal, "close date");
        let Some(close) = deal.close_date() else {
            return Verdict::unknown("no close date is known", evidence);
        };
        match days_between(close, deal.day()) {
            late @ 1.. => Verdict::fires(
                format!("{late} days past its close date, {close}"),
                evidence,
            ),
            left => Verdict::clear(
                format!("{} days before its close date, {close}", -left),
                evidence,
            ),
        }
    }
}

impl DealRule for ClosePushed {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::ClosePushed, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let evidence = shown(deal, "moves of the close date");
        if deal.close_date().is_none() {
            return Verdict::unknown("no close date is known", evidence);
        }
        let pushes = pushes(deal);
        let reason = format!("the close date moved later {pushes} times");
        if pushes >= deal.settings().pushes.max(1) {
            Verdict::fires(reason, evidence)
        } else {
            Verdict::clear(reason, evidence)
        }
    }
}

/// How often the close date moved later.
pub(in crate::deals) fn pushes(deal: &DealAt<'_>) -> u32 {
    let mut dates = deal.snapshots().iter().filter_map(|one| one.close_date);
    let mut pushes = 0;
    if let Some(mut before) = dates.next() {
        for date in dates {
            pushes += u32::from(date > before);
            before = date;
        }
    }
    pushes
}

impl DealRule for Stalled {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::Stalled, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let evidence = shown(deal, "stages");
        let stages = deal.stages();
        let Some(now) = stages.last() else {
            return Verdict::unknown("no stage is known", evidence);
        };
        let there = deal.days_since(now.since);
        let (limit, why) = if let Some((limit, of)) = self.times.long(now.stage) {
            (limit, format!("four of five of {of} won deals were faster"))
        } else {
            let limit = f64::from(deal.settings().stalled_days);
            (limit, "fewer than 20 won deals to compare with".to_owned())
        };
        let reason = format!("{there:.0} days in its stage; the limit is {limit:.0} ({why})");
        if there > limit {
            Verdict::fires(reason, evidence)
        } else {
            Verdict::clear(reason, evidence)
        }
    }
}
