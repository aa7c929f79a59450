//! Who we meet, in which deals, and how such deals end.

use std::sync::Arc;

use access::{Operation, Permission};
use insights::competitors::{Competitor, Share, competitors};
use insights::deals::Recalled;
use insights::inference::Tally;
use insights::pipeline::Amounts;
use jiff::Timestamp;

use crate::app::App;
use crate::deals::DealsAndCalls;
use crate::views::{CompetitorView, CompetitorsView, RateView, StanceView, in_seconds, neutral};
use crate::{Error, ErrorKind};

use super::evidence::Words;
use super::pipeline::{hundredths, rate_view, rows};
use super::{Why, meant};

/// The days of the trend where nobody says otherwise.
pub(crate) const TREND_DAYS: u32 = 90;

/// As of when, and over which days the trend goes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CompetitorsRequest {
    /// Only this competitor: its name, or a part of it.
    pub name: Option<String>,
    /// As of when; now if it is not said.
    pub as_of: Option<Timestamp>,
    /// The last so many days are compared with as many before.
    pub days: u32,
    /// Whether deals, calls and sentences are named.
    pub why: Why,
}

impl Default for CompetitorsRequest {
    fn default() -> Self {
        Self {
            name: None,
            as_of: None,
            days: TREND_DAYS,
            why: Why::default(),
        }
    }
}

impl App {
    /// Shows what is known of the watched competitors; deals and calls are counted, not mentions.
    pub async fn competitors(
        &self,
        request: &CompetitorsRequest,
    ) -> Result<CompetitorsView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self
                .scope_of(Operation::COMPETITORS, false)?
                .without_private();
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let known = self.deals_and_calls(&archive, &scope, as_of).await?;
            let DealsAndCalls {
                deals,
                others,
                recalls,
            } = known.as_ref();
            let rules = self.pipeline();
            let mut report = competitors(deals, others, &rules, as_of, request.days);
            if let Some(word) = &request.name {
                let known = report.competitors.iter();
                let known = known.map(|one| (one.name.as_str(), None, one.name.clone()));
                let wanted = meant::one(known, word, "competitors", no_competitor)?;
                report.competitors.retain(|one| one.name == wanted);
            }
            let sight = self.sight_of(Permission::InsightsRead, false)?;
            let quoted = report.competitors.iter().flat_map(|one| &one.quotes);
            let quoted = quoted.filter(|_| request.why.is_said());
            let words = Words::of(archive.as_ref(), &sight, quoted).await?;
            let view = |one: &Competitor| competitor(one, request.why, &words);
            Ok(CompetitorsView {
                as_of: in_seconds(as_of),
                days: request.days,
                competitors: report.competitors.iter().map(view).collect(),
                without: rate_view(report.none),
                tested: report.tested,
                with_transcript: report.with_transcript,
                known: report.known,
                recall: recalls.view(Recalled::COMPETITORS),
            })
        };
        let asked = format!("{request:?}");
        let seen = |view: &CompetitorsView| {
            let quotes = view.competitors.iter().flat_map(|one| &one.quotes);
            quotes.map(|quote| quote.call.clone()).collect()
        };
        self.reading(Operation::COMPETITORS, &asked, Box::pin(work), seen)
            .await
    }
}

fn no_competitor() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "no watched competitor of this name was heard",
    )
    .hint("`gongkit trackers competitors FILE` names the competitors that are watched")
}

fn competitor(one: &Competitor, why: Why, words: &Words) -> CompetitorView {
    let is_said = why.is_said();
    CompetitorView {
        name: neutral(&one.name),
        deals: one.deals.len(),
        calls: one.calls.len(),
        amounts: sums(&one.amount),
        open_amounts: sums(&one.open_amount),
        lately: share(one.lately),
        before: share(one.before),
        stances: one
            .stances
            .iter()
            .map(|(stance, deals)| StanceView {
                stance: stance.as_str(),
                deals: deals.len(),
            })
            .collect(),
        win_rate: rate_view(one.closed),
        against_none: one.verdict.to_string(),
        deal_ids: rows(&one.deals, why),
        call_ids: one
            .calls
            .iter()
            .filter(|_| is_said)
            .map(|call| neutral(call.as_str()))
            .collect(),
        quotes: one
            .quotes
            .iter()
            .filter(|_| is_said)
            .filter_map(|place| words.moment(place))
            .collect(),
    }
}

fn sums(amounts: &Amounts) -> Vec<String> {
    let sum = |(currency, amount): (&conversation::Currency, &insights::pipeline::Amount)| {
        format!("{} {currency}", hundredths(amount.hundredths))
    };
    amounts.iter().map(sum).collect()
}

fn share(share: Share) -> RateView {
    rate_view(Tally {
        won: share.part,
        lost: share.of.saturating_sub(share.part),
    })
}
