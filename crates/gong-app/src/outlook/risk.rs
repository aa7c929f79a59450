//! What stands against the open deals.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use access::{Operation, Permission, Scope};
use call_archive::Archive;
use conversation::{CallId, Citation, DealId};
use insights::Evidence;
use insights::deals::{
    Checklist, DealAt, DealView, NoModel, PipelineRules, RiskModel, RuleSpec, Rules, Scored,
    StageTimes, State, Verdict,
};
use insights::pipeline::unknown_stages;
use jiff::Timestamp;

use crate::app::App;
use crate::deals::DealsAndCalls;
use crate::views::{
    ChanceView, ContributionView, ModelView, ReliabilityView, RiskView, RisksView, WarningView,
    in_seconds, neutral,
};
use crate::{Error, ErrorKind};

use super::evidence::{Words, shown};
use super::{Recalls, Why, meant};

/// The age at which a fitted model reads deals.
const AGE_DAYS: u32 = 30;

/// Which deals, and as of when.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RiskRequest {
    /// Only this open deal: its id, its name, or a part of the name.
    pub deal: Option<String>,
    /// Only open deals of this customer: its CRM id, its domain, its name, or a part of them.
    pub account: Option<String>,
    /// At most so many, those with the most points first; all if it is not said.
    pub most: Option<NonZeroUsize>,
    /// Only those that stand after this one.
    pub after: Option<String>,
    /// As of when; now if it is not said.
    pub as_of: Option<Timestamp>,
    /// Whether every warning is shown with its rows or quotes.
    pub why: Why,
}

/// One open deal with what was said of it.
pub(super) struct Judged<'a> {
    pub(super) deal: DealAt<'a>,
    pub(super) checklist: Checklist,
    pub(super) scored: Option<Scored>,
}

/// What stands against a deal, and the calls that it may come from.
pub(crate) struct Warned {
    pub(crate) calls: Vec<CallId>,
    /// The name of each warning and its reason, the weightiest first.
    pub(crate) told: Vec<(&'static str, String)>,
}

/// What is shown beside a warning, if it is asked why.
pub(super) struct Reasons {
    pub(super) words: Words,
    pub(super) recalls: Recalls,
    pub(super) why: Why,
}

impl App {
    /// Shows what stands against the open deals, as of any instant.
    pub async fn risk(&self, request: &RiskRequest) -> Result<RisksView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::RISK, false)?;
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let rules = self.pipeline();
            // How long won deals stay in a stage, and the model, come from all deals.
            let known = self.deals_and_calls(&archive, &scope, as_of).await?;
            let DealsAndCalls { deals, recalls, .. } = known.as_ref();
            let fitted = RiskModel::fit(deals, &rules, as_of, AGE_DAYS);
            let mut judged = judged(deals, &rules, as_of, fitted.as_ref().ok());
            if let Some(word) = &request.deal {
                let wanted = meant::deal(deals, &rules, as_of, word)?;
                judged.retain(|one| *one.deal.deal() == wanted);
            }
            if let Some(word) = &request.account {
                let account = self.account_meant(archive.as_ref(), &scope, as_of, word);
                let (wanted, _) = account.await?;
                judged.retain(|one| one.deal.account() == Some(&wanted));
            }
            let total = judged.len();
            let is_last = judged_page(&mut judged, request)?;
            let sight = self.sight_of(Permission::DealsRead, false)?;
            let cited: Vec<&Citation> = match request.why {
                Why::Said => judged.iter().flat_map(cited).collect(),
                Why::Unsaid => Vec::new(),
            };
            let reasons = Reasons {
                words: Words::of(archive.as_ref(), &sight, cited).await?,
                recalls: recalls.clone(),
                why: request.why,
            };
            let unknown = unknown_stages(deals, &rules, as_of);
            Ok(RisksView {
                as_of: in_seconds(as_of),
                deals: judged.iter().map(|one| view(one, &reasons)).collect(),
                total,
                is_last,
                model: model_view(&fitted),
                unknown_stages: unknown.keys().map(|stage| neutral(stage)).collect(),
            })
        };
        let asked = format!("{request:?}");
        self.reading(
            Operation::RISK,
            &asked,
            Box::pin(work),
            |view: &RisksView| {
                let warnings = view.deals.iter().flat_map(|deal| &deal.warnings);
                let evidence = warnings.filter_map(|one| one.evidence.as_ref());
                let quotes = evidence.flat_map(|one| &one.quotes);
                quotes.map(|quote| quote.call.clone()).collect()
            },
        )
        .await
    }
}

impl App {
    /// What stands against each open deal today, the weightiest first: its name and the reason.
    pub(crate) async fn warned(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
    ) -> Result<BTreeMap<DealId, Warned>, Error> {
        let (now, rules) = (self.now(), self.pipeline());
        let known = self.deals_and_calls(archive, scope, now).await?;
        let of_deal = |one: Judged<'_>| {
            let mut fired = one.checklist.fired();
            fired.sort_by_key(|(spec, _)| std::cmp::Reverse(spec.warning.points()));
            let told = fired.into_iter();
            let told = told.map(|(spec, why)| (spec.warning.as_str(), why.reason().to_owned()));
            let calls = one.deal.calls().iter().map(|call| call.call.clone());
            let warned = Warned {
                calls: calls.collect(),
                told: told.collect(),
            };
            (one.deal.deal().clone(), warned)
        };
        let judged = judged(&known.deals, &rules, now, None);
        Ok(judged.into_iter().map(of_deal).collect())
    }
}

fn judged<'a>(
    deals: &'a [DealView],
    rules: &'a PipelineRules,
    as_of: Timestamp,
    model: Option<&RiskModel>,
) -> Vec<Judged<'a>> {
    let warnings = Rules::new(StageTimes::of(deals, rules, as_of));
    let judge = |view: &'a DealView| {
        let deal = view.at(as_of, rules)?;
        Some(Judged {
            checklist: Checklist::of(&deal, &warnings)?,
            scored: model.and_then(|model| model.score(view, rules, as_of)),
            deal,
        })
    };
    let mut judged: Vec<Judged<'a>> = deals.iter().filter_map(judge).collect();
    judged.sort_by_key(|one| std::cmp::Reverse(one.checklist.points()));
    judged
}

/// Leaves the deals of a page; whether it is the last one.
fn judged_page(judged: &mut Vec<Judged<'_>>, request: &RiskRequest) -> Result<bool, Error> {
    if let Some(after) = &request.after {
        let place = |one: &Judged<'_>| one.deal.deal().to_string() == *after;
        let place = judged.iter().position(place).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "that is no place to go on from")
                .hint("begin the list again without a cursor")
        })?;
        judged.drain(..=place);
    }
    let most = request.most.map_or(usize::MAX, NonZeroUsize::get);
    let is_last = judged.len() <= most;
    judged.truncate(most);
    Ok(is_last)
}

pub(super) fn no_deal() -> Error {
    Error::new(ErrorKind::NotFound, "there is no such open deal")
        .hint("`gongkit deals list --open` shows ids, like salesforce:0061")
}

/// What is shown of a deal if it is asked why.
pub(super) fn cited<'a>(judged: &'a Judged<'_>) -> impl Iterator<Item = &'a Citation> {
    let of_warnings = judged
        .checklist
        .items()
        .iter()
        .map(|(_, verdict)| verdict.evidence());
    let parts = judged
        .scored
        .iter()
        .flat_map(|scored| &scored.contributions);
    let of_parts = parts.map(|part| &part.measured.evidence);
    of_warnings.chain(of_parts).flat_map(shown)
}

pub(super) fn view(judged: &Judged<'_>, reasons: &Reasons) -> RiskView {
    let Judged {
        deal, checklist, ..
    } = judged;
    let is_said = reasons.why.is_said();
    let evidence = |evidence: &Evidence| is_said.then(|| reasons.words.evidence(evidence));
    let warning = |(spec, verdict): &(RuleSpec, Verdict)| WarningView {
        warning: spec.warning.as_str(),
        state: verdict.state().as_str(),
        points: spec.warning.points(),
        reason: verdict.reason().to_owned(),
        evidence: evidence(verdict.evidence()),
        recall: spec
            .warning
            .recalled()
            .filter(|_| is_said)
            .and_then(|of| reasons.recalls.view(of)),
    };
    let warnings = match reasons.why {
        Why::Said => checklist.items().iter().map(warning).collect(),
        Why::Unsaid => checklist.fired().into_iter().map(warning).collect(),
    };
    let chance = judged.scored.as_ref().map(|scored| ChanceView {
        chance: scored.chance,
        contributions: scored
            .contributions
            .iter()
            .map(|part| ContributionView {
                feature: part.measured.feature.as_str(),
                value: part.measured.value,
                adds: part.adds,
                evidence: evidence(&part.measured.evidence),
            })
            .collect(),
    });
    RiskView {
        id: neutral(&deal.deal().to_string()),
        name: deal.name().map(neutral),
        owner_user_id: deal.owner().map(|owner| neutral(owner.as_str())),
        stage: deal.stage().map(neutral),
        amount: deal.amount().map(|amount| amount.to_string()),
        close_date: deal.close_date().map(|day| day.to_string()),
        level: checklist.level().as_str(),
        points: checklist.points(),
        fires: checklist.count(State::Fires),
        unknown: checklist.count(State::Unknown),
        asked: checklist.asked(),
        warnings,
        chance,
    }
}

fn model_view(fitted: &Result<RiskModel, NoModel>) -> ModelView {
    let quality = match fitted {
        Ok(model) => Some(model.quality()),
        Err(NoModel::NoBetter { quality } | NoModel::NotTold { quality }) => Some(quality),
        Err(_) => None,
    };
    ModelView {
        state: if fitted.is_ok() { "used" } else { "withheld" },
        reason: fitted.as_ref().err().map(ToString::to_string),
        age_days: AGE_DAYS,
        fitted: quality.map(|quality| quality.fitted.closed()),
        tested: quality.map(|quality| quality.tested.closed()),
        brier: quality.map(|quality| quality.brier),
        brier_of_base_rate: quality.map(|quality| quality.brier_of_base_rate),
        area_under_curve: quality.map(|quality| {
            let interval = quality.area_interval;
            [quality.area_under_curve, interval.lo, interval.hi]
        }),
        reliability: quality.map_or_else(Vec::new, |quality| {
            quality
                .reliability
                .iter()
                .copied()
                .map(ReliabilityView::new)
                .collect()
        }),
    }
}
