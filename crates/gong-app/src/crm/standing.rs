//! What is known of deals, as values for their records: the last call, competitors, warnings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::Scope;
use call_archive::Archive;
use conversation::{CallId, DealId, neutral};
use crm_sync::{Field, NotOurs, RecordId, RecordKind, Subject, Values, Wanted};
use jiff::Timestamp;

use super::SYSTEM;
use crate::Error;
use crate::app::App;
use crate::outlook::Warned;

/// The most reasons on a record.
const MOST: usize = 3;

/// What calls say of one deal.
#[derive(Debug, Default)]
pub(super) struct Heard {
    last: Option<Timestamp>,
    competitors: BTreeSet<String>,
    calls: BTreeSet<CallId>,
}

impl Heard {
    /// Adds a call.
    pub(super) fn hear(
        &mut self,
        call: &CallId,
        started: Timestamp,
        competitors: &BTreeSet<String>,
    ) {
        self.calls.insert(call.clone());
        self.last = self.last.max(Some(started));
        self.competitors
            .extend(competitors.iter().map(|name| neutral(name)));
    }
}

impl App {
    /// What each of these deals should hold of ours. Warnings are known of those that the archive
    /// knows as deals of this CRM, and of no others.
    pub(super) async fn deals_wanted(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        heard: BTreeMap<RecordId, Heard>,
    ) -> Result<Vec<Wanted>, Error> {
        let warned = if heard.is_empty() {
            BTreeMap::new()
        } else {
            self.warned(archive, scope).await?
        };
        let wanted = heard.into_iter().map(|(deal, heard)| {
            let id = DealId::new(SYSTEM, deal.as_str()).ok();
            let warned = id.and_then(|id| warned.get(&id));
            of_deal(deal, heard, warned)
        });
        let wanted: Result<Vec<Wanted>, NotOurs> = wanted.collect();
        wanted.map_err(super::planning::not_ours)
    }
}

fn of_deal(deal: RecordId, mut heard: Heard, warned: Option<&Warned>) -> Result<Wanted, NotOurs> {
    let competitors: Vec<String> = heard.competitors.into_iter().collect();
    let mut values =
        Values::of(RecordKind::Deal).with(Field::Competitors, competitors.join("; "))?;
    if let Some(last) = heard.last {
        values = values.with(Field::LastCall, last.to_string())?;
    }
    if let Some(Warned {
        calls,
        told: warned,
    }) = warned
    {
        heard.calls.extend(calls.iter().cloned());
        let names: Vec<&str> = warned.iter().map(|(name, _)| *name).collect();
        let reasons = warned.iter().take(MOST).map(|(_, reason)| neutral(reason));
        values = values
            .with(Field::Warnings, names.join("\n"))?
            .with(Field::Score, warned.len().to_string())?
            .with(Field::Reasons, reasons.collect::<Vec<String>>().join("\n"))?;
    }
    Ok(Wanted {
        subject: Subject::Deal(deal),
        values,
        links: BTreeSet::new(),
        sums_up: heard.calls,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_holds_the_latest_call_all_competitors_and_the_weightiest_reasons() {
        let mut heard = Heard::default();
        let at = |text: &str| -> Timestamp { text.parse().expect("an instant") };
        let call = |id: &str| CallId::new(id).expect("an id");
        let owl = ["Owl <b>".to_owned()].into();
        heard.hear(&call("2"), at("2026-03-02T10:00:00Z"), &owl);
        heard.hear(
            &call("1"),
            at("2026-02-02T10:00:00Z"),
            &["Elk".to_owned()].into(),
        );
        let warned = Warned {
            calls: vec![call("3"), call("1")],
            told: vec![
                ("single_threaded", "one person".to_owned()),
                ("stalled", "slow".to_owned()),
            ],
        };

        let deal = RecordId::new("9").expect("an id");
        let wanted = of_deal(deal, heard, Some(&warned)).expect("ours");

        let value = |field| wanted.values.get(field).unwrap_or_default();
        assert_eq!(value(Field::LastCall), "2026-03-02T10:00:00Z");
        assert_eq!(value(Field::Competitors), "Elk; Owl ‹b>");
        assert_eq!(value(Field::Warnings), "single_threaded\nstalled");
        assert_eq!(
            (value(Field::Score), value(Field::Reasons)),
            ("2", "one person\nslow")
        );
        let calls: Vec<&str> = wanted.sums_up.iter().map(CallId::as_str).collect();
        assert_eq!(calls, ["1", "2", "3"], "whatever it was made of");
    }
}
