//! A customer or a deal over its newest calls: by their own sentences, and in prose where a model
//! is configured.

use std::sync::Arc;

use access::{Operation, Scope};
use call_archive::Archive;
use conversation::{AccountId, CallId};
use insights::CallView;
use insights::summary::{Slot, Summary};
use narration::Task;

use super::{Model, Telling};
use crate::app::App;
use crate::findings::Found;
use crate::views::{
    BriefSlotView, BriefView, CallLineView, DatedMomentView, DealLineView, MomentView, call_line,
    moment_link, neutral,
};
use crate::{Error, ErrorKind};

/// So many of the newest calls are read.
const CALLS: usize = 12;
/// So many quotes a slot shows.
const QUOTES: usize = 5;

/// What a brief is about.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a customer or a deal is the meaning"
)]
pub enum BriefRequest {
    /// A customer, by its CRM id, its domain or its whole name.
    Account(String, Model),
    /// A deal, by its id.
    Deal(String, Model),
}

/// A customer or a deal, before its calls are read.
struct Subject {
    about: &'static str,
    id: String,
    name: Option<String>,
    deals: Vec<DealLineView>,
    /// The newest first.
    calls: Vec<String>,
    total_calls: u64,
}

impl App {
    /// Briefs on a customer or a deal. Private calls are left out, whoever asks.
    pub async fn brief(&self, request: &BriefRequest) -> Result<BriefView, Error> {
        let work = async {
            let scope = self.scope_of(Operation::BRIEF, false)?.without_private();
            let (subject, task, model) = match request {
                BriefRequest::Account(name, model) => {
                    let view = Box::pin(self.account(name)).await?;
                    let subject = Subject {
                        about: "account",
                        id: view.id,
                        name: view.name,
                        deals: view.deals,
                        calls: view.calls.into_iter().map(|call| call.id).collect(),
                        total_calls: view.total_calls,
                    };
                    (subject, Task::AccountBrief, *model)
                }
                BriefRequest::Deal(name, model) => {
                    let view = Box::pin(self.deal(name, None)).await?;
                    let subject = Subject {
                        about: "deal",
                        id: view.deal.id.clone(),
                        name: view.deal.name.clone(),
                        deals: vec![view.deal],
                        total_calls: view.calls.len() as u64,
                        calls: view.calls.into_iter().map(|call| call.call.id).collect(),
                    };
                    (subject, Task::DealBrief, *model)
                }
            };
            self.briefed(subject, task, model, scope).await
        };
        let asked = format!("{request:?}");
        let seen = |view: &BriefView| view.calls.iter().map(|call| call.id.clone()).collect();
        self.reading(Operation::BRIEF, &asked, Box::pin(work), seen)
            .await
    }

    async fn briefed(
        &self,
        subject: Subject,
        task: Task,
        model: Model,
        scope: Scope,
    ) -> Result<BriefView, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let (found, without_transcript) =
            self.read_newest(&archive, &scope, &subject.calls).await?;
        let views: Vec<CallView<'_>> = found.iter().map(|found| found.studied.view()).collect();
        let prose = if model == Model::IfConfigured && self.has_llm() && !views.is_empty() {
            let telling = Telling {
                task,
                // Where calls differ, the later one counts: it is told last.
                calls: views.iter().rev().collect(),
                places: None,
                facts: facts(&subject),
                accounts: accounts(&subject),
            };
            Some(self.narrated(telling, scope).await?)
        } else {
            None
        };
        let form = access::Form::Whole;
        let calls: Vec<CallLineView> = views
            .iter()
            .map(|view| call_line(view.call(), form))
            .collect();
        Ok(BriefView {
            about: subject.about,
            id: subject.id,
            name: subject.name,
            deals: subject.deals,
            calls,
            total_calls: subject.total_calls,
            without_transcript,
            slots: slots(&found, &views),
            prose,
        })
    }

    /// The newest calls that have words, with what was found in them, and how many have none.
    async fn read_newest(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        calls: &[String],
    ) -> Result<(Vec<Found>, u64), Error> {
        let detectors = self.detectors(archive.as_ref(), scope).await?;
        let mut all = Vec::new();
        let mut without_transcript = 0;
        for id in calls {
            if all.len() == CALLS {
                break;
            }
            let Ok(id) = CallId::new(id) else { continue };
            match self.found(archive, scope, &id, &detectors).await {
                Ok(found) => all.push(found),
                Err(error) if error.kind() == ErrorKind::TryLater => without_transcript += 1,
                // It went away meanwhile, or its words may not be read.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok((all, without_transcript))
    }
}

/// What the CRM says, in words that a claim may use.
fn facts(subject: &Subject) -> Vec<String> {
    let mut facts: Vec<String> = subject.name.iter().cloned().collect();
    for deal in &subject.deals {
        let amount = deal.amount.as_ref().zip(deal.currency.as_ref());
        let amount = amount.map(|(amount, currency)| format!("{amount} {currency}"));
        let told = [
            deal.name.clone(),
            deal.account.clone(),
            deal.stage.clone(),
            amount,
            deal.close_date.clone(),
        ];
        facts.extend(told.into_iter().flatten());
    }
    facts
}

/// The customers that these facts are about.
fn accounts(subject: &Subject) -> Vec<AccountId> {
    let own = (subject.about == "account").then_some(&subject.id);
    let of_deals = subject
        .deals
        .iter()
        .filter_map(|deal| deal.account_id.as_ref());
    let ids = own.into_iter().chain(of_deals);
    ids.filter_map(|id| AccountId::new(id).ok()).collect()
}

/// What fills the slots, the newest call first.
fn slots(found: &[Found], views: &[CallView<'_>]) -> Vec<BriefSlotView> {
    let mut all: Vec<BriefSlotView> = Slot::ALL
        .iter()
        .map(|slot| BriefSlotView {
            slot: slot.as_str(),
            quotes: Vec::new(),
            total: 0,
        })
        .collect();
    for (found, view) in found.iter().zip(views) {
        let plain: Vec<_> = found.findings.iter().map(|(one, _)| one.clone()).collect();
        let summary = Summary::of(view, &plain);
        for (slot, findings) in &summary.slots {
            let Some(shown) = all.iter_mut().find(|shown| shown.slot == slot.as_str()) else {
                continue;
            };
            shown.total += findings.len();
            let places = findings.iter().filter_map(|one| one.evidence().place());
            let room = QUOTES.saturating_sub(shown.quotes.len());
            let quotes = places.filter_map(|place| moment(view, place)).take(room);
            shown.quotes.extend(quotes);
        }
    }
    all.retain(|slot| slot.total > 0);
    all
}

fn moment(view: &CallView<'_>, place: &conversation::Citation) -> Option<DatedMomentView> {
    let line = view.lines().get(view.index_of(place.sentence)?)?;
    let url = view.call().url.as_deref();
    Some(DatedMomentView {
        started: view.started().to_string(),
        moment: MomentView {
            call: neutral(place.call.as_str()),
            call_started: view.started().to_string(),
            sentence: place.sentence.to_string(),
            time: place.span.to_string(),
            start_ms: place.span.start_ms(),
            end_ms: place.span.end_ms(),
            speaker: None,
            side: place.side.as_str(),
            text: Some(neutral(line.text)),
            url: url.and_then(|url| moment_link(url, place.span)),
        },
    })
}
