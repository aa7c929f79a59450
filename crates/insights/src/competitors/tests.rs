use super::*;
use crate::Value;
use crate::deals::testing::{at, call};
use crate::deals::{Activities, PipelineRules};
use crate::pipeline::testing::{deal, of};

fn said(day: &str, names: &[(&str, Stance)]) -> DealCall {
    let value = |(name, stance): &(&str, Stance)| Value::Competitor {
        name: (*name).to_owned(),
        stance: *stance,
    };
    call(day, &["ann"], names.iter().map(value).collect())
}

/// A deal that is open since 1 March, with calls.
fn with_calls(id: &str, amount: &str, end: Option<(&str, &str)>, calls: Vec<DealCall>) -> DealView {
    let mut seen = vec![("2026-03-01", "Proposal")];
    seen.extend(end);
    let bare = deal(id, amount, &seen);
    let snapshots = bare.snapshots().to_vec();
    DealView::new(
        bare.deal().clone(),
        snapshots,
        calls,
        Activities::NotConnected,
    )
}

fn report(deals: &[DealView], others: &[DealCall], day: &str) -> CompetitorReport {
    competitors(deals, others, &PipelineRules::default(), at(day), 30)
}

#[test]
fn deals_and_calls_are_counted_and_not_mentions() {
    use Stance::{Evaluating, Neutral, Using};
    let deals = [
        with_calls(
            "1",
            "100 EUR",
            None,
            vec![
                said(
                    "2026-03-02",
                    &[("Northbeam", Neutral), ("Northbeam", Neutral)],
                ),
                said("2026-03-20", &[("Northbeam", Evaluating)]),
            ],
        ),
        with_calls(
            "2",
            "50 EUR",
            Some(("2026-03-25", "Closed Lost")),
            vec![said(
                "2026-03-03",
                &[("Northbeam", Using), ("Kestrel", Neutral)],
            )],
        ),
    ];
    let others = [said("2026-04-10", &[("Kestrel", Neutral)])];

    let found = report(&deals, &others, "2026-04-12");

    let [north, kestrel] = found.competitors.as_slice() else {
        panic!("two: {found:?}");
    };
    assert_eq!(
        (north.name.as_str(), north.deals.len(), north.calls.len()),
        ("Northbeam", 2, 3)
    );
    let euro = "EUR".parse().expect("a currency");
    assert_eq!(
        (of(&north.amount[&euro]), of(&north.open_amount[&euro])),
        ("150: 1 2".into(), "100: 1".into())
    );
    assert_eq!(north.stances[&Evaluating].len(), 1);
    assert_eq!(north.stances[&Using].len(), 1);
    assert_eq!(north.closed, Tally { won: 0, lost: 1 });
    assert_eq!(north.quotes[0].call.as_str(), "2026-03-20");
    assert_eq!(
        (north.lately, north.before),
        (Share { part: 1, of: 2 }, Share { part: 2, of: 2 })
    );
    assert_eq!((kestrel.deals.len(), kestrel.calls.len()), (1, 2));
    assert_eq!((found.with_transcript, found.known), (4, 4));
    assert!(north.verdict.to_string().starts_with("not enough data"));
}

#[test]
fn what_is_heard_after_the_end_or_after_the_day_does_not_count() {
    let late = vec![
        said("2026-03-02", &[]),
        said("2026-04-20", &[("Northbeam", Stance::Using)]),
    ];
    let deals = [with_calls(
        "1",
        "100 EUR",
        Some(("2026-03-25", "Closed Won")),
        late,
    )];

    let before = report(&deals, &[], "2026-04-12");
    let after = report(&deals, &[], "2026-04-21");

    assert!(before.competitors.is_empty());
    assert_eq!(
        (
            after.competitors[0].deals.len(),
            after.competitors[0].calls.len()
        ),
        (0, 1)
    );
    assert_eq!(after.none, Tally { won: 1, lost: 0 });
}

#[test]
fn a_win_rate_is_told_against_deals_without_any_competitor() {
    let end = |won: bool| Some(("2026-03-25", if won { "Closed Won" } else { "Closed Lost" }));
    let mut deals = Vec::new();
    for n in 0..200 {
        let (has, won) = (n % 2 == 0, if n % 2 == 0 { n < 30 } else { n < 130 });
        let names: &[(&str, Stance)] = if has {
            &[("Northbeam", Stance::Using)]
        } else {
            &[]
        };
        let mut one = said("2026-03-02", names);
        one.call = CallId::new(n.to_string()).expect("an id");
        let calls = vec![one];
        deals.push(with_calls(&n.to_string(), "100 EUR", end(won), calls));
    }
    let found = report(&deals, &[], "2026-04-12");
    assert_eq!((found.none, found.tested), (Tally { won: 65, lost: 35 }, 1));
    let said = found.competitors[0].verdict.to_string();
    assert!(
        said.starts_with("associated with a lower win rate: -50 points"),
        "{said}"
    );
}
