//! Conversation statistics over stored calls, and how far they are from the vendor's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Operation, Permission};
use call_archive::Raw;
use conversation::{CallId, PartyId, Side};
use insights::statistics::{Breaks, Statistics};
use serde_json::Value;

use crate::app::App;
use crate::findings::newest;
use crate::views::{CallStatsView, ComparedView, StatisticsView, StatsView, call_line};
use crate::{Error, ErrorKind};

/// Which statistics.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct StatsRequest {
    /// These calls; the newest ones if none is named.
    pub calls: Vec<String>,
    /// A nod ends a monologue, as at Gong.
    pub is_strict: bool,
    /// Beside the vendor's figures.
    pub compare: bool,
    /// Private calls as well.
    pub include_private: bool,
}

/// How many calls are shown if none is named; a comparison takes all.
const NEWEST: usize = 20;

impl App {
    /// Works out statistics.
    pub async fn stats(&self, request: &StatsRequest) -> Result<StatsView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let sight = self.sight_of(Permission::InsightsRead, request.include_private)?;
            let scope = sight.facts();
            let ids = if request.calls.is_empty() {
                let most = if request.compare { usize::MAX } else { NEWEST };
                newest(archive.as_ref(), scope, most).await?
            } else {
                let ids = request.calls.iter().map(CallId::new);
                ids.collect::<Result<_, _>>()
                    .map_err(|_| crate::findings::not_found())?
            };
            let breaks = if request.is_strict {
                Breaks::Strict
            } else {
                Breaks::Tolerant
            };
            let detectors = self.detectors(archive.as_ref(), scope).await?;
            let mut view = StatsView {
                calls: Vec::new(),
                compared: Vec::new(),
            };
            let mut differences = BTreeMap::new();
            for id in &ids {
                let found = match self.found(&archive, scope, id, &detectors).await {
                    // Among many, a call without words is passed over.
                    Err(error)
                        if error.kind() == ErrorKind::TryLater && request.calls.is_empty() =>
                    {
                        continue;
                    }
                    other => other?,
                };
                let findings: Vec<_> = found.findings.iter().map(|(one, _)| one.clone()).collect();
                let call = found.studied.view();
                let statistics = Statistics::of(&call, breaks, &findings);
                if request.compare {
                    compare(&found.studied.stored.raw, &statistics, &mut differences);
                }
                let form = found.studied.form(&sight);
                view.calls.push(CallStatsView {
                    call: call_line(call.call(), form),
                    statistics: StatisticsView::new(&call, &statistics, form),
                });
            }
            view.compared = differences
                .into_iter()
                .map(
                    |(figure, (sum, values)): (String, (f64, u32))| ComparedView {
                        figure,
                        values,
                        mean_absolute_difference: sum / f64::from(values),
                    },
                )
                .collect();
            Ok(view)
        };
        self.reading(
            Operation::ANALYSE_CALL,
            &format!("{request:?}"),
            Box::pin(work),
            |view: &StatsView| view.calls.iter().map(|one| one.call.id.clone()).collect(),
        )
        .await
    }
}

/// Adds the differences from the vendor's figures, by name.
fn compare(raw: &Raw, ours: &Statistics, differences: &mut BTreeMap<String, (f64, u32)>) {
    let Some(block) = raw.blocks.get("interaction") else {
        return;
    };
    let Ok(theirs) = serde_json::from_str::<Value>(block) else {
        return;
    };
    let mut add = |figure: &str, theirs: f64, ours: f64| {
        let entry = differences.entry(figure.to_owned()).or_insert((0.0, 0));
        entry.0 += (theirs - ours).abs();
        entry.1 += 1;
    };
    for stat in theirs["interactionStats"].as_array().into_iter().flatten() {
        let (Some(name), Some(value)) = (stat["name"].as_str(), stat["value"].as_f64()) else {
            continue;
        };
        let seconds = |span: conversation::Span| span.length().as_secs_f64();
        let own = match name.to_ascii_lowercase().as_str() {
            "talk ratio" => ours.talk_ratio_ours,
            "longest monologue" => ours.longest_monologue.map(seconds),
            "longest customer story" => ours.longest_customer_story.map(seconds),
            "patience" => ours.patience.map(|patience| patience.mean.as_secs_f64()),
            _ => None,
        };
        if let Some(own) = own {
            add(name, value, own);
        }
    }
    for speaker in theirs["speakers"].as_array().into_iter().flatten() {
        let party = speaker["id"].as_str().and_then(|id| PartyId::new(id).ok());
        let own = ours
            .speakers
            .iter()
            .find(|one| one.party.is_some() && one.party == party);
        if let (Some(own), Some(talk)) = (own, speaker["talkTime"].as_f64()) {
            add(
                "talk time of a speaker, seconds",
                talk,
                own.speech.as_secs_f64(),
            );
        }
    }
    let asked = |side: Side| -> Option<f64> {
        let voices = ours.speakers.iter().filter(|voice| voice.side == side);
        voices
            .map(|voice| voice.questions.map(f64::from))
            .sum::<Option<f64>>()
    };
    for (name, side) in [
        ("companyCount", Side::Ours),
        ("nonCompanyCount", Side::Theirs),
    ] {
        if let (Some(theirs), Some(own)) = (theirs["questions"][name].as_f64(), asked(side)) {
            add(&format!("questions, {name}"), theirs, own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insights::testing::timed_call;

    #[test]
    fn only_figures_that_both_have_are_compared() {
        let call = timed_call(&[
            ("ours", 0, 60_000, "What would help?"),
            ("theirs", 60_000, 90_000, "Fewer spreadsheets."),
        ]);
        let ours = Statistics::of(&call.view(), Breaks::Tolerant, &[]);
        let mut raw = Raw::default();
        let block = r#"{"interactionStats":[{"name":"Talk Ratio","value":0.7},
            {"name":"Patience","value":0.9},{"name":"Interactivity","value":6.2}],
            "speakers":[{"id":"ours","talkTime":61.0},{"id":"x","talkTime":5.0}],
            "questions":{"companyCount":3,"nonCompanyCount":0}}"#;
        raw.blocks
            .insert("interaction".to_owned(), block.to_owned());
        let mut differences = BTreeMap::new();

        compare(&raw, &ours, &mut differences);

        let shown: Vec<_> = differences
            .iter()
            .map(|(name, (sum, n))| (name.as_str(), format!("{sum:.2}"), *n))
            .collect();
        assert_eq!(
            shown,
            [
                ("Talk Ratio", "0.03".to_owned(), 1),
                ("questions, companyCount", "2.00".to_owned(), 1),
                ("questions, nonCompanyCount", "0.00".to_owned(), 1),
                ("talk time of a speaker, seconds", "1.00".to_owned(), 1),
            ]
        );
    }
}
