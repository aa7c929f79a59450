//! What was found in a call, as the records about it: notes, and what a person should decide.

use std::collections::{BTreeSet, HashSet};

use call_archive::Verdict;
use conversation::{Call, Citation, Direction, Side, neutral};
use crm_sync::{
    CallNotes, Field, NotOurs, Noted, RecordId, RecordKind, RichText, Subject, Values, Wanted,
};
use insights::statistics::{Breaks, Statistics};
use insights::{CallView, Finding, Owner, RedFlagKind, StepStatus, Value};
use jiff::tz::TimeZone;
use url::Url;

use crate::findings::{Found, Judged};
use crate::views::{moment_link, plain_link};

/// The longest quote of a proposal; notes have a bound of their own.
const LONGEST: usize = 500;
/// The most quotes of one proposal.
const MOST: usize = 5;

/// What a call says for the CRM.
pub(super) struct Said {
    pub(super) notes: CallNotes,
    proposals: Vec<Proposal>,
}

/// Something about a deal that a person should decide.
struct Proposal {
    what: &'static str,
    title: &'static str,
    quotes: Vec<(String, Option<Url>)>,
}

impl Said {
    /// Everything that was found, but what a person called wrong.
    pub(super) fn of(found: &Found, judged: &Judged) -> Self {
        let view = found.studied.view();
        let call = view.call();
        let known: HashSet<_> = found.findings.iter().map(|(_, id)| *id).collect();
        let is_right = |(finding, id): &&(Finding, _)| {
            judged.verdict(&call.id, finding, *id, Some(&known)) != Some(Verdict::Wrong)
        };
        let findings: Vec<Finding> = found
            .findings
            .iter()
            .filter(is_right)
            .map(|(finding, _)| finding.clone())
            .collect();
        let statistics = Statistics::of(&view, Breaks::Tolerant, &findings);
        let mut notes = bare(call);
        notes.talk_ratio = statistics.talk_ratio_ours;
        let mut proposals = Vec::new();
        for finding in &findings {
            let Some((cited, quote)) = said(&view, finding) else {
                continue;
            };
            let moment = moment(call, cited);
            let noted = |text: String| Noted {
                text,
                quote: quote.clone(),
                moment: moment.clone(),
            };
            match finding.value() {
                Value::NextStep {
                    status: StepStatus::Declined,
                    ..
                } => {}
                Value::NextStep { owner, status, due } => {
                    let due = due.map(|due| format!(", by {due}")).unwrap_or_default();
                    let open = match status {
                        StepStatus::Proposed => " (not answered)",
                        _ => "",
                    };
                    notes
                        .next_steps
                        .push(noted(format!("{}{due}{open}", who(*owner))));
                }
                Value::Objection(kind) if cited.side != Side::Ours => {
                    notes.objections.push(noted(capital(kind.as_str())));
                }
                Value::Competitor { name, .. } => {
                    notes.competitors.insert(name.clone());
                }
                Value::RedFlag(kind) if cited.side != Side::Ours => {
                    propose(&mut proposals, *kind, (quote, moment));
                }
                _ => {}
            }
        }
        Self { notes, proposals }
    }

    /// The tasks in which a person is asked to look at the deal. None where a call is about several:
    /// which of them was meant cannot be told.
    pub(super) fn proposals(
        &self,
        deals: &BTreeSet<RecordId>,
        links: &BTreeSet<(RecordKind, RecordId)>,
    ) -> Result<Vec<Wanted>, NotOurs> {
        let mut deals = deals.iter();
        let (Some(deal), None) = (deals.next(), deals.next()) else {
            return Ok(Vec::new());
        };
        let started = self.notes.started;
        let day = TimeZone::UTC.to_datetime(started).date();
        let task = |proposal: &Proposal| {
            let mut body = RichText::default();
            body.paragraph(&format!("Said in the call of {day}:"));
            for (quote, moment) in proposal.quotes.iter().take(MOST) {
                body.quote(quote, moment.as_ref());
            }
            body.paragraph(
                "Written by gongkit. It changes no stage, amount, close date or owner: that is for \
                 you to decide.",
            );
            Ok(Wanted {
                subject: Subject::Proposal {
                    deal: deal.clone(),
                    call: self.notes.call.clone(),
                    what: proposal.what.to_owned(),
                },
                values: Values::of(RecordKind::Task)
                    .with(Field::Title, proposal.title)?
                    .with(Field::Started, started.to_string())?
                    .with(Field::Body, body.to_string())?,
                links: links.clone(),
                sums_up: BTreeSet::new(),
            })
        };
        self.proposals.iter().map(task).collect()
    }
}

/// A call in which nothing was found.
fn bare(call: &Call) -> CallNotes {
    let mut notes = CallNotes::new(call.id.clone(), call.started);
    notes.title.clone_from(&call.title);
    notes.duration = call.duration;
    notes.is_inbound = match call.direction {
        Some(Direction::Inbound) => Some(true),
        Some(Direction::Outbound) => Some(false),
        _ => None,
    };
    let url = call.url.as_deref().and_then(plain_link);
    notes.recording = url.and_then(|url| url.parse().ok());
    notes
}

/// The sentence that a finding is about, and where it stands.
fn said<'f>(view: &CallView<'_>, finding: &'f Finding) -> Option<(&'f Citation, String)> {
    let cited = finding.evidence().place()?;
    let line = view.lines().get(view.index_of(cited.sentence)?)?;
    Some((cited, line.text.to_owned()))
}

fn moment(call: &Call, cited: &Citation) -> Option<Url> {
    let url = moment_link(call.url.as_deref()?, cited.span)?;
    url.parse().ok()
}

fn who(owner: Owner) -> &'static str {
    match owner {
        Owner::Ours => "We",
        Owner::Theirs => "The customer",
        _ => "Both sides",
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// What a person should look at after words like these.
fn propose(proposals: &mut Vec<Proposal>, flag: RedFlagKind, quote: (String, Option<Url>)) {
    let (what, title) = match flag {
        RedFlagKind::CompetitorChosen | RedFlagKind::LegalBlock => {
            ("stage", "Look at the stage: does it still hold?")
        }
        RedFlagKind::BudgetCut | RedFlagKind::Freeze => {
            ("amount", "Look at the amount: does it still hold?")
        }
        RedFlagKind::NotNow => ("close_date", "Look at the close date: does it still hold?"),
        _ => return,
    };
    let words: String = neutral(&quote.0).chars().take(LONGEST).collect();
    let quote = (words, quote.1);
    match proposals.iter_mut().find(|one| one.what == what) {
        Some(known) => known.quotes.push(quote),
        None => proposals.push(Proposal {
            what,
            title,
            quotes: vec![quote],
        }),
    }
}
