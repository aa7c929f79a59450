use std::collections::{BTreeMap, HashSet};

use super::*;

/// The share won of the deals with and without a signal.
fn rates(deals: &Deals, signal: Signal) -> [f64; 2] {
    [true, false].map(|with| {
        let group = || {
            deals
                .deals()
                .iter()
                .filter(|deal| deal.signals.contains(&signal) == with)
        };
        group().filter(|deal| deal.is_won).count() as f64 / group().count() as f64
    })
}

#[test]
fn a_seed_makes_the_same_deals_and_another_seed_others() {
    let made = |seed| Deals::generate(seed, 50, Effect::None);
    assert_eq!(made(1), made(1));
    assert_ne!(made(1).deals, made(2).deals);
}

/// Four standard errors of the difference of two halves of 10,000 deals are four points.
#[test]
fn a_signal_has_the_effect_it_was_given_and_no_other() {
    let none = Deals::generate(3, 10_000, Effect::None);
    let some = Deals::generate(3, 10_000, Effect::Of(Signal::Pricing, 0.2));
    for signal in Signal::ALL {
        let apart = |deals: &Deals| rates(deals, signal)[0] - rates(deals, signal)[1];
        let given = if signal == Signal::Pricing { 0.2 } else { 0.0 };
        assert!(apart(&none).abs() < 0.04, "{signal:?}");
        assert!((apart(&some) - given).abs() < 0.04, "{signal:?}");
    }
}

#[test]
fn a_version_of_a_day_tells_nothing_of_later_days() {
    let deals = Deals::generate(5, 300, Effect::None);
    let mut stages: BTreeMap<String, usize> = BTreeMap::new();
    let order = [
        "Discovery",
        "Evaluation",
        "Proposal",
        "Negotiation",
        "Closed Lost",
        "Closed Won",
    ];
    for month in 0..30 {
        let day = after(FIRST, 30 * month);
        for row in deals.csv_as_of(day).lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let day_in = |at: usize| cells[at].parse::<Date>().unwrap();
            let is_closed = cells[3].starts_with("Closed");
            assert_eq!(cells.len(), 10, "{row}");
            assert!(day_in(7) <= day, "{row}");
            assert_eq!(is_closed, !cells[9].is_empty(), "{row}");
            assert!(
                if is_closed {
                    day_in(9) <= day
                } else {
                    day_in(6) > day
                },
                "{row}"
            );

            let stage = order.iter().position(|stage| *stage == cells[3]).unwrap();
            let before = stages.insert(cells[0].to_owned(), stage).unwrap_or(0);
            assert!(before <= stage, "{row}");
        }
    }
    let all_closed = stages.values().all(|stage| *stage >= 4);
    assert!(stages.len() == 300 && all_closed);
}

#[test]
fn what_was_planned_is_said_where_the_truth_tells_and_nowhere_else() {
    let deals = Deals::generate(11, 100, Effect::None);
    let planned = deals
        .deals()
        .iter()
        .flat_map(|deal| deal.calls.iter().map(move |call| (deal, call)));
    for ((deal, planned), call) in planned.zip(deals.calls()) {
        let (entry, told) = call
            .map(|call| (call.call_json(), call.transcript_json()))
            .unwrap();
        let told = told.unwrap();
        let sentences: Vec<&str> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|monologue| monologue["sentences"][0]["text"].as_str().unwrap())
            .collect();
        for signal in Signal::ALL {
            let text = match signal {
                Signal::Pricing => "The price is",
                Signal::Competitor => "Northbeam",
                Signal::NextStep => "contract draft",
                Signal::RedFlag => "budget",
            };
            let said: Vec<usize> = (0..sentences.len())
                .filter(|at| sentences[*at].contains(text))
                .collect();
            let truth = planned.planted.iter().filter(|one| one.signal == signal);
            assert_eq!(said, truth.map(|one| one.sentence).collect::<Vec<_>>());
        }
        let opportunity = &entry["context"][0]["objects"][0];
        assert_eq!(opportunity["objectId"], *deal.id);
        let stage = opportunity["fields"][1]["value"].as_str().unwrap();
        assert!(STAGES.contains(&stage), "{stage}");
    }
    let planted = |deal: &PlannedDeal| {
        deal.calls
            .iter()
            .map(|call| call.planted.len())
            .sum::<usize>()
    };
    assert!(
        deals
            .deals()
            .iter()
            .all(|deal| planted(deal) == deal.signals.len())
    );
}

#[test]
fn a_thousand_deals_make_a_world_of_four_thousand_calls() {
    let deals = Deals::generate(2, 1000, Effect::None);
    let world = deals.world().unwrap();
    assert_eq!((world.len(), world.transcripts()), (4000, 4000));
}

#[test]
fn ten_thousand_deals_have_forty_thousand_calls_of_their_own() {
    let deals = Deals::generate(2, 10_000, Effect::None);
    let planned = deals.deals().iter().flat_map(|deal| &deal.calls);
    let ids: HashSet<&str> = planned.map(|call| &*call.id).collect();
    assert_eq!(ids.len(), 40_000);
}
