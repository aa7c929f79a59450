//! What stood against each deal as of each of its calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Operation, Permission};
use conversation::{CallId, Citation, DealId};
use insights::deals::{Checklist, DealAt, DealCall, DealView, Rules, StageClock, State, Warning};
use jiff::Timestamp;

use crate::Error;
use crate::app::App;
use crate::deals::DealsAndCalls;
use crate::views::{
    DealRisksView, RiskAtCallView, RiskHistoryView, WarningCountView, in_seconds, neutral,
};

use super::evidence::Words;
use super::risk::{Judged, Reasons, cited, no_deal, view};
use super::{RiskRequest, Why};

/// A deal as of one of its calls.
struct AtCall<'a> {
    deal: &'a DealView,
    call: &'a CallId,
    at: Timestamp,
    judged: Judged<'a>,
}

impl App {
    /// Shows what stood against every deal, closed ones too, as of the start of each call about it:
    /// the call counts, and nothing that came or was told after its start.
    pub async fn risk_at_calls(&self, request: &RiskRequest) -> Result<RiskHistoryView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::RISK, false)?;
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let rules = self.pipeline();
            let known = self.deals_and_calls(&archive, &scope, as_of).await?;
            let DealsAndCalls { deals, recalls, .. } = known.as_ref();
            let wanted = match &request.deal {
                Some(id) => Some(id.parse::<DealId>().map_err(|_| no_deal())?),
                None => None,
            };
            let is_wanted = |deal: &&DealView| wanted.as_ref().is_none_or(|id| deal.deal() == id);
            let wanted_deals = deals.iter().filter(is_wanted);
            let mut at_calls: Vec<(&DealView, &DealCall)> = wanted_deals
                .flat_map(|deal| deal.calls().iter().map(move |call| (deal, call)))
                .collect();
            // One instant after the other, so that won deals are not counted anew for each.
            at_calls.sort_by_key(|(_, call)| call.started);
            let mut clock = StageClock::new(deals, &rules);
            let mut all = Vec::new();
            for (deal, call) in at_calls {
                let at = call.started;
                let Some(known) = deal.at(at, &rules).filter(DealAt::is_open) else {
                    continue;
                };
                let warnings = Rules::new(clock.at(at).clone());
                let Some(checklist) = Checklist::of(&known, &warnings) else {
                    continue;
                };
                all.push(AtCall {
                    deal,
                    call: &call.call,
                    at,
                    judged: Judged {
                        deal: known,
                        checklist,
                        scored: None,
                    },
                });
            }
            all.sort_by(|one, next| {
                let by_deal = one.deal.deal().cmp(next.deal.deal());
                by_deal.then(one.at.cmp(&next.at))
            });
            if all.is_empty() && wanted.is_some() {
                return Err(no_deal());
            }
            let sight = self.sight_of(Permission::DealsRead, false)?;
            let quoted: Vec<&Citation> = match request.why {
                Why::Said => all.iter().flat_map(|one| cited(&one.judged)).collect(),
                Why::Unsaid => Vec::new(),
            };
            let reasons = Reasons {
                words: Words::of(archive.as_ref(), &sight, quoted).await?,
                recalls: recalls.clone(),
                why: request.why,
            };
            Ok(RiskHistoryView {
                as_of: in_seconds(as_of),
                counts: counts(&all),
                deals: all
                    .chunk_by(|one, next| one.deal.deal() == next.deal.deal())
                    .map(|calls| shown(calls, &reasons))
                    .collect(),
            })
        };
        let asked = format!("at calls {request:?}");
        self.reading(Operation::RISK, &asked, Box::pin(work), seen)
            .await
    }
}

fn shown(calls: &[AtCall<'_>], reasons: &Reasons) -> DealRisksView {
    let first = calls.first();
    let last = calls.last();
    DealRisksView {
        id: first.map_or_else(String::new, |one| neutral(&one.deal.deal().to_string())),
        name: last.and_then(|one| one.judged.deal.name().map(neutral)),
        calls: calls
            .iter()
            .map(|one| RiskAtCallView {
                call: neutral(one.call.as_str()),
                at: in_seconds(one.at),
                risk: view(&one.judged, reasons),
            })
            .collect(),
    }
}

fn counts(all: &[AtCall<'_>]) -> Vec<WarningCountView> {
    let mut counted: BTreeMap<(Warning, State), usize> = BTreeMap::new();
    for one in all {
        for (spec, verdict) in one.judged.checklist.items() {
            *counted.entry((spec.warning, verdict.state())).or_default() += 1;
        }
    }
    let count = |warning, state| counted.get(&(warning, state)).copied().unwrap_or_default();
    let view = |warning: &Warning| WarningCountView {
        warning: warning.as_str(),
        fires: count(*warning, State::Fires),
        clear: count(*warning, State::Clear),
        unknown: count(*warning, State::Unknown),
    };
    Warning::ALL.iter().map(view).collect()
}

/// The calls of which words are quoted.
fn seen(view: &RiskHistoryView) -> Vec<String> {
    let calls = view.deals.iter().flat_map(|deal| &deal.calls);
    let warnings = calls.flat_map(|one| &one.risk.warnings);
    let evidence = warnings.filter_map(|one| one.evidence.as_ref());
    let quotes = evidence.flat_map(|one| &one.quotes);
    let mut calls: Vec<String> = quotes.map(|quote| quote.call.clone()).collect();
    calls.sort();
    calls.dedup();
    calls
}
