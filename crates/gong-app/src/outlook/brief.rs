//! A customer at a glance, made of facts: deals with what stands against them, people, calls, and what
//! is open. No model writes here, so nothing needs to be believed.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Operation, Permission, Scope};
use call_archive::Archive;
use conversation::{Call, CallId, Citation, Side};
use insights::deals::{Checklist, DealCall, DealView, PersonKey, Remark, Rules, StageTimes};
use insights::{Kind, StepStatus, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::views::{
    AccountBriefView, BriefDealView, DealLineView, FoundView, MetView, ValueView, WarningView,
    call_line, neutral,
};
use crate::{Error, ErrorKind};

use super::evidence::{Words, shown};

/// As many of the newest calls are looked through.
const MOST_CALLS: usize = 20;
/// Steps of so many of the newest calls with words count as open.
const STEPS_OF: usize = 3;
/// Of each sort so many are shown.
const MOST_FOUND: usize = 12;

/// Which customer, and from when on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountBriefRequest {
    /// The customer: its CRM id, its domain, its name, or a part of them.
    pub account: String,
    /// Calls before this are left out.
    pub from: Option<Timestamp>,
    /// As of when; now if it is not said.
    pub as_of: Option<Timestamp>,
}

impl AccountBriefRequest {
    /// All that is known of this customer now.
    pub fn new(account: impl Into<String>) -> Self {
        Self {
            account: account.into(),
            from: None,
            as_of: None,
        }
    }
}

impl App {
    /// Shows a customer at a glance. Private calls are left out, whoever asks.
    pub async fn account_brief(
        &self,
        request: &AccountBriefRequest,
    ) -> Result<AccountBriefView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self
                .scope_of(Operation::ACCOUNT_BRIEF, false)?
                .without_private();
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let (account, name) = self
                .account_meant(archive.as_ref(), &scope, as_of, &request.account)
                .await?;
            let mut links = crate::deals::links_of(archive.as_ref(), &scope, &account).await?;
            links.retain(|call| call.started <= as_of);
            links.retain(|call| request.from.is_none_or(|from| call.started >= from));
            links.sort_by_key(|call| std::cmp::Reverse(call.started));
            let total_calls = links.len();
            let ids: Vec<CallId> = links.into_iter().map(|call| call.call).collect();
            let newest: Vec<CallId> = ids.into_iter().take(MOST_CALLS).collect();
            let known = self.deals_and_calls(&archive, &scope, as_of).await?;
            let of_deals = known.deals.iter().flat_map(DealView::calls);
            let heard = of_deals.chain(&known.others);
            let heard: BTreeMap<&CallId, &DealCall> =
                heard.map(|call| (&call.call, call)).collect();
            let calls: Vec<&DealCall> = newest
                .iter()
                .filter_map(|id| heard.get(id).copied())
                .collect();

            let deals = self
                .deals_of(archive.as_ref(), &scope, as_of, &account)
                .await?;
            let deals = self
                .judged_deals(&archive, &known.deals, as_of, deals)
                .await?;
            let found = Found::of(&calls, as_of);
            let questions = self.questions_of(&archive, &scope, &calls).await?;
            let sight = self.sight_of(Permission::DealsRead, false)?;
            let words = Words::of_calls(archive.as_ref(), &sight, &newest).await?;
            let line = |id: &CallId| {
                let call = words.call(id)?;
                Some(call_line(call, words.form(id)))
            };
            Ok(AccountBriefView {
                account_id: neutral(account.as_str()),
                account: name.as_deref().map(neutral),
                as_of: as_of.to_string(),
                from: request.from.map(|from| from.to_string()),
                deals,
                people: met(newest.iter().filter_map(|id| words.call(id))),
                next_steps: found_views(&found.next_steps, &words),
                concerns: found_views(&found.concerns, &words),
                competitors: found_views(&found.competitors, &words),
                questions: found_views(&questions.iter().collect::<Vec<_>>(), &words),
                calls: newest.iter().filter_map(line).collect(),
                total_calls,
                without_transcript: calls.iter().filter(|call| call.heard.is_none()).count(),
            })
        };
        let asked = format!("{request:?}");
        self.reading(
            Operation::ACCOUNT_BRIEF,
            &asked,
            Box::pin(work),
            |view: &AccountBriefView| view.calls.iter().map(|call| call.id.clone()).collect(),
        )
        .await
    }

    /// What the customer asked in the newest call with words. Figures keep no questions, as no rule
    /// asks for them, so this is read from the findings of that one call.
    async fn questions_of(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        calls: &[&DealCall],
    ) -> Result<Vec<Remark>, Error> {
        let Some(newest) = calls.iter().find(|call| call.heard.is_some()) else {
            return Ok(Vec::new());
        };
        let (detectors, _) = self.shipped(archive.as_ref()).await?;
        let found = match self.found(archive, scope, &newest.call, &detectors).await {
            Ok(found) => found,
            // It went away, or has other words, since its figures were read.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::TryLater) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let all = found.findings.iter().map(|(finding, _)| finding);
        let questions = all.filter(|finding| finding.kind() == Kind::Question);
        let theirs = questions.filter_map(|finding| {
            let place = finding.evidence().place()?;
            let is_theirs = place.side == Side::Theirs;
            is_theirs.then(|| Remark::new(finding.value().clone(), place.clone()))
        });
        Ok(theirs.take(MOST_FOUND).collect())
    }

    /// Deals with what stands against those that are open, these first.
    async fn judged_deals(
        &self,
        archive: &Arc<dyn Archive>,
        all: &[DealView],
        as_of: Timestamp,
        deals: Vec<(conversation::DealId, DealLineView)>,
    ) -> Result<Vec<BriefDealView>, Error> {
        let rules = self.pipeline();
        let ids: Vec<_> = deals.iter().map(|(id, _)| id.clone()).collect();
        let mut judged: BTreeMap<_, (&'static str, Vec<WarningView>)> = BTreeMap::new();
        if !ids.is_empty() {
            // How long won deals stay in a stage comes from all deals.
            let warnings = Rules::new(StageTimes::of(all, &rules, as_of));
            let own = all.iter().filter(|view| ids.contains(view.deal()));
            let sight = self.sight_of(Permission::DealsRead, false)?;
            let lists = own.filter_map(|view| {
                let deal = view.at(as_of, &rules)?;
                Some((view.deal().clone(), Checklist::of(&deal, &warnings)?))
            });
            let lists: Vec<_> = lists.collect();
            let cited = lists.iter().flat_map(|(_, list)| list.fired());
            let cited = cited.flat_map(|(_, verdict)| shown(verdict.evidence()));
            let words = Words::of(archive.as_ref(), &sight, cited).await?;
            for (deal, list) in &lists {
                let fired = list.fired().into_iter().map(|(spec, verdict)| WarningView {
                    warning: spec.warning.as_str(),
                    state: verdict.state().as_str(),
                    points: spec.warning.points(),
                    reason: verdict.reason().to_owned(),
                    evidence: Some(words.evidence(verdict.evidence())),
                    recall: None,
                });
                judged.insert(deal.clone(), (list.level().as_str(), fired.collect()));
            }
        }
        let mut shown: Vec<BriefDealView> = deals
            .into_iter()
            .map(|(id, deal)| {
                let (level, warnings) = judged.remove(&id).unzip();
                BriefDealView {
                    deal,
                    level,
                    warnings: warnings.unwrap_or_default(),
                }
            })
            .collect();
        shown.sort_by_key(|one| one.deal.outcome != "open");
        Ok(shown)
    }
}

/// What was found in calls, sorted by what it is for.
#[derive(Default)]
struct Found<'c> {
    next_steps: Vec<&'c Remark>,
    concerns: Vec<&'c Remark>,
    competitors: Vec<&'c Remark>,
}

impl<'c> Found<'c> {
    /// Of calls, the newest first.
    fn of(calls: &[&'c DealCall], as_of: Timestamp) -> Self {
        let today = TimeZone::UTC.to_datetime(as_of).date();
        let mut found = Self::default();
        let with_words = calls.iter().filter(|call| call.heard.is_some());
        for (back, call) in with_words.enumerate() {
            for finding in call.remarks() {
                match finding.value() {
                    Value::NextStep { status, due, .. } => {
                        let is_ahead = due.is_some_and(|due| due >= today);
                        let is_open = *status != StepStatus::Declined;
                        if is_open && (back < STEPS_OF || is_ahead) {
                            found.next_steps.push(finding);
                        }
                    }
                    Value::Objection(_) | Value::RedFlag(_) => found.concerns.push(finding),
                    Value::Competitor { .. } => found.competitors.push(finding),
                    _ => {}
                }
            }
        }
        for list in [
            &mut found.next_steps,
            &mut found.concerns,
            &mut found.competitors,
        ] {
            list.truncate(MOST_FOUND);
        }
        found
    }
}

fn found_views(findings: &[&Remark], words: &Words) -> Vec<FoundView> {
    let view = |finding: &&Remark| {
        let place: &Citation = finding.place();
        Some(FoundView {
            kind: Kind::as_str(finding.value().kind()),
            value: ValueView::new(finding.value(), words.form(&place.call)),
            moment: words.moment(place)?,
        })
    };
    findings.iter().filter_map(view).collect()
}

/// The customer's people in calls, each once however often they were met.
fn met<'c>(calls: impl Iterator<Item = &'c Call>) -> Vec<MetView> {
    let mut met: BTreeMap<PersonKey, MetView> = BTreeMap::new();
    for call in calls {
        let theirs = call
            .parties
            .iter()
            .filter(|party| party.side == Side::Theirs);
        for party in theirs {
            let known = met
                .entry(PersonKey::of_party(&call.id, party))
                .or_insert_with(|| MetView {
                    name: None,
                    title: None,
                    calls: 0,
                    last_met: call.started.to_string(),
                });
            known.calls += 1;
            // Calls come newest first: what was told last stays.
            known.name = known
                .name
                .take()
                .or_else(|| party.name.as_deref().map(neutral));
            known.title = known
                .title
                .take()
                .or_else(|| party.title.as_deref().map(neutral));
        }
    }
    let mut met: Vec<MetView> = met.into_values().collect();
    met.sort_by(|one, other| {
        let place = |met: &MetView| (std::cmp::Reverse(met.calls), met.name.clone());
        place(one).cmp(&place(other))
    });
    met
}
