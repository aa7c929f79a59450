//! What was found, beside the sentences it is about.

use std::collections::BTreeMap;

use gong_app::views::{FindingView, InsightsView};
use maud::{Markup, html};

use crate::cells::percent;
use crate::layout::empty;
use crate::visit::Visit;
use crate::words::said;
use crate::{labels, moments};

/// What is found in nearly every sentence crowds the margin out.
const LEFT_OUT: [&str; 2] = ["filler", "question"];

/// Findings by the sentence they are about.
pub(super) struct Margin<'f>(BTreeMap<&'f str, Vec<&'f FindingView>>);

impl<'f> Margin<'f> {
    pub(super) fn of(found: Option<&'f InsightsView>) -> Self {
        let mut by_place: BTreeMap<&str, Vec<&FindingView>> = BTreeMap::new();
        let all = found.iter().flat_map(|found| &found.findings);
        for finding in all.filter(|one| !LEFT_OUT.contains(&one.kind)) {
            if let Some(first) = finding.quotes.first() {
                by_place.entry(&first.sentence).or_default().push(finding);
            }
        }
        Self(by_place)
    }

    /// What was found at a sentence.
    pub(super) fn at(&self, sentence: &str) -> Vec<&'f FindingView> {
        self.0.get(sentence).cloned().unwrap_or_default()
    }

    /// The moment of a sentence in Gong.
    pub(super) fn url(&self, sentence: &str) -> Option<&'f str> {
        let first = self.0.get(sentence)?.first()?.quotes.first()?;
        first.url.as_deref()
    }
}

/// Notes at a sentence.
pub(super) fn notes(visit: &Visit, call: &str, findings: &[&FindingView]) -> Markup {
    html! {
        ul { @for one in findings {
            @let name = name(one);
            li class=(format!("finding {}", one.kind)) { (name) (precision(one)) " " (labels::buttons(visit, call, one, &name)) }
        } }
    }
}

/// What was found, in a few words.
fn name(one: &FindingView) -> String {
    let value = &one.value;
    let mut text = said(one.kind);
    let parts = [
        value.name.clone(),
        value.kind.map(said),
        value.stance.map(said),
        value.owner.map(|owner| format!("by {}", said(owner))),
        value.status.map(said),
        value.due.as_ref().map(|due| format!("due {due}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        text.push_str(": ");
        text.push_str(&parts.join(", "));
    }
    text
}

/// How often such findings are right, where enough people said so.
fn precision(one: &FindingView) -> Markup {
    html! {
        @if let Some(precision) = &one.precision {
            span.hint { " right " (percent(precision.p)) " of " (precision.n) }
        }
        @if let Some(label) = one.label { span.hint { " judged " (label) } }
    }
}

/// The summary: each slot with its findings, and the highlights.
pub(super) fn summary(visit: &Visit, found: &InsightsView) -> Markup {
    let call = found.call.id.as_str();
    let of_slot = |ids: &[String]| -> Vec<&FindingView> {
        let all = found.findings.iter().filter(|one| ids.contains(&one.id));
        all.take(4).collect()
    };
    let slots: Vec<_> = found
        .slots
        .iter()
        .filter(|slot| !slot.findings.is_empty())
        .collect();
    if slots.is_empty() {
        return empty(&html! { p { "None of the detectors found anything in this call." } });
    }
    html! {
        div.slots { @for slot in slots {
            div.slot {
                h3 { (said(slot.slot)) " " span.hint { (slot.findings.len()) } }
                @for one in of_slot(&slot.findings) {
                    @let name = name(one);
                    p.finding-name { (name) " " (labels::buttons(visit, call, one, &name)) }
                    @if let Some(quote) = one.quotes.first() { (moments::said_in(visit, call, quote)) }
                }
            }
        } }
    }
}
