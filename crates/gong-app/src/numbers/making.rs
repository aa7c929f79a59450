//! Works the figures of a call out of its words and what was found in them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::Scope;
use call_archive::{
    Archive, CallNumbers, FigureNumbers, FoundCount, PersonNumbers, PlaceNumbers, Rank,
    RemarkNumbers, StoredCall, TalkNumbers,
};
use conversation::{Call, CallId, Citation, Side, Span, UserId};
use insights::coaching::RepCall;
use insights::deals::{DealCall, Remark, Title};
use insights::statistics::{Breaks, Statistics};
use insights::{Finding, Value};

use crate::app::App;
use crate::findings::Found;
use crate::{Error, ErrorKind};

use super::{Makers, NO_STAGE};

/// Figures that were worked out.
pub(super) struct Made {
    pub(super) numbers: CallNumbers,
    /// Whether they are of the call as it is; else its words changed on the way.
    pub(super) is_lasting: bool,
}

impl App {
    /// The figures of a call; none of one that went away meanwhile.
    pub(super) async fn figures_of(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        makers: &Makers,
        call: &CallId,
    ) -> Result<Option<Made>, Error> {
        match self.found(archive, scope, call, &makers.detectors).await {
            Ok(found) => Ok(Some(Made {
                numbers: makers.heard(&found),
                is_lasting: true,
            })),
            // It has no words yet: who took part is known all the same.
            Err(error) if error.kind() == ErrorKind::TryLater => {
                let read = archive.read(scope, std::slice::from_ref(call)).await?;
                Ok(read.first().map(|stored| Made {
                    numbers: makers.unheard(stored),
                    is_lasting: stored.text.is_none(),
                }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Makers {
    fn unheard(&self, stored: &StoredCall) -> CallNumbers {
        let call = &stored.call;
        self.numbers(stored, &DealCall::of(call, &self.rules))
    }

    fn heard(&self, found: &Found) -> CallNumbers {
        let findings: Vec<Finding> = found.findings.iter().map(|(one, _)| one.clone()).collect();
        let view = found.studied.view();
        let call = view.call();
        let statistics = Statistics::of(&view, Breaks::Tolerant, &findings);
        let of_deal = DealCall::of(call, &self.rules).heard(call, &statistics, &findings);
        let mut numbers = self.numbers(&found.studied.stored, &of_deal);
        let stage = view.facts().stage.as_deref().map(str::trim);
        numbers.stage = stage.filter(|stage| !stage.is_empty()).map(str::to_owned);
        let figures = numbers.rep.clone().map(|rep| {
            let of = numbers.stage.clone().unwrap_or_else(|| NO_STAGE.to_owned());
            figures(&RepCall::of(&view, rep, of, &statistics, &findings))
        });
        let spoken = |side: Side| -> Duration {
            let voices = statistics.speakers.iter();
            let voices = voices.filter(|voice| voice.side == side);
            voices.map(|voice| voice.speech).sum()
        };
        let questions = statistics.questions;
        numbers.talk = Some(TalkNumbers {
            text_revision: found.studied.revision(),
            length: statistics.length,
            ours: spoken(Side::Ours),
            theirs: spoken(Side::Theirs),
            unknown: spoken(Side::Unknown),
            longest_monologue: statistics.longest_monologue.map(Span::length),
            longest_story: statistics.longest_customer_story.map(Span::length),
            questions: questions.map(|asked| asked.count),
            open_questions: questions.map(|asked| {
                let share = asked.open_share.unwrap_or_default();
                open_ones(asked.count, share)
            }),
            first_price: statistics.first_price,
            counts: counts(&findings),
            remarks: of_deal
                .remarks()
                .iter()
                .map(|one| self.remark(one))
                .collect(),
            figures: figures.unwrap_or_default(),
        });
        numbers
    }

    fn numbers(&self, stored: &StoredCall, of_deal: &DealCall) -> CallNumbers {
        let call = &stored.call;
        let mut numbers = CallNumbers::new(call.id.clone(), stored.revision, self.made_by.clone());
        numbers.rep = host(call);
        let people = of_deal.people.iter().map(|one| PersonNumbers {
            person: self.person(one.person).to_string(),
            side: one.side,
            rank: match one.title {
                Title::Unknown => Rank::Unknown,
                Title::Other => Rank::Other,
                Title::Senior => Rank::Senior,
            },
            spoke: one.spoke,
        });
        numbers.people = people.collect();
        numbers
    }

    fn remark(&self, remark: &Remark) -> RemarkNumbers {
        let value: &Value = remark.value();
        RemarkNumbers {
            kind: remark.kind().as_str().to_owned(),
            fixed: value.fixed(),
            code: value.name().map(|name| self.code(name)),
            place: place(remark.place()),
        }
    }
}

/// Whose call it is: the host's, or that of the only one of ours.
fn host(call: &Call) -> Option<UserId> {
    if let Some(host) = &call.primary_user {
        return Some(host.clone());
    }
    match call.users().as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn figures(call: &RepCall) -> Vec<FigureNumbers> {
    let figures = call.figures.iter().map(|(metric, figure)| FigureNumbers {
        metric: metric.as_str().to_owned(),
        value: figure.value,
        place: figure.place.as_ref().map(place),
        is_example: figure.is_example,
    });
    figures.collect()
}

fn place(cited: &Citation) -> PlaceNumbers {
    PlaceNumbers {
        at: cited.sentence,
        span: cited.span,
        side: cited.side,
    }
}

/// How often each detector found something, by side.
fn counts(findings: &[Finding]) -> Vec<FoundCount> {
    let mut counts: BTreeMap<&str, FoundCount> = BTreeMap::new();
    for finding in findings {
        let detector = finding.provenance().detector.as_str();
        let count = counts.entry(detector).or_insert_with(|| FoundCount {
            detector: detector.to_owned(),
            ours: 0,
            theirs: 0,
            unknown: 0,
        });
        match finding.evidence().place().map(|place| place.side) {
            Some(Side::Ours) => count.ours += 1,
            Some(Side::Theirs) => count.theirs += 1,
            Some(Side::Unknown) | None => count.unknown += 1,
        }
    }
    counts.into_values().collect()
}

/// A share of a count as a count again.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 0 to 1 of a count is no larger than the count"
)]
fn open_ones(count: u32, share: f64) -> u32 {
    (f64::from(count) * share).round() as u32
}
