//! The figures of one call of a rep, each with the moment it stands for.

use std::collections::BTreeMap;

use conversation::{CallId, Citation, Side, Span, UserId};

use super::Metric;
use crate::detect::asked;
use crate::statistics::Statistics;
use crate::{CallView, Finding, Form, Line, StepStatus, Value};

/// A figure and a moment that shows it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// The sentence to look at, where there is one.
    pub place: Option<Citation>,
    /// Whether the sentence shows how it is done, too.
    pub is_example: bool,
}

impl Figure {
    /// A figure whose sentence shows the figure as it is, good or bad.
    pub const fn new(value: f64, place: Option<Citation>) -> Self {
        Self {
            value,
            place,
            is_example: true,
        }
    }
}

/// A call of a rep.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RepCall {
    /// Whose call it is.
    pub rep: UserId,
    /// Which call.
    pub call: CallId,
    /// The sort of call; only calls of one sort are compared.
    pub call_type: String,
    /// What is known of it.
    pub figures: BTreeMap<Metric, Figure>,
}

impl RepCall {
    /// A call without figures.
    pub const fn new(rep: UserId, call: CallId, call_type: String) -> Self {
        Self {
            rep,
            call,
            call_type,
            figures: BTreeMap::new(),
        }
    }

    /// Reads the figures of a call from its statistics and what was found in it.
    pub fn of(
        view: &CallView<'_>,
        rep: UserId,
        call_type: String,
        statistics: &Statistics,
        findings: &[Finding],
    ) -> Self {
        let mut call = Self::new(rep, view.id().clone(), call_type);
        let ours = || view.lines().iter().filter(|line| line.side == Side::Ours);
        let cite = |line: Option<&Line<'_>>| line.map(|line| view.cite(line));
        let monologue = statistics.longest_monologue;
        let at_monologue = cite(monologue.and_then(|span| starting(view, span)));
        let mut add = |metric, value: Option<f64>, place: Option<Citation>, is_example| {
            if let Some(value) = value {
                let figure = Figure {
                    value,
                    place,
                    is_example,
                };
                call.figures.insert(metric, figure);
            }
        };
        let seconds = monologue.map(|span| span.length().as_secs_f64());
        add(
            Metric::TalkRatio,
            statistics.talk_ratio_ours,
            at_monologue.clone(),
            true,
        );
        add(
            Metric::LongestMonologue,
            seconds,
            at_monologue.clone(),
            true,
        );
        let first_answer = cite(answer(view));
        add(
            Metric::SwitchesPerMinute,
            statistics.switches_per_minute,
            at_monologue.clone(),
            true,
        );
        let patience = statistics
            .patience
            .map(|patience| patience.median.as_secs_f64());
        add(Metric::Patience, patience, first_answer, true);
        let open = ours().find(|line| asked(line) == Some(Form::Open));
        let (question, is_question) = match open {
            Some(line) => (Some(view.cite(line)), true),
            None => (at_monologue, false),
        };
        let questions = statistics.questions;
        let per_hour = questions.and_then(|questions| questions.per_hour);
        let share = questions.and_then(|questions| questions.open_share);
        add(
            Metric::QuestionsPerHour,
            per_hour,
            question.clone(),
            is_question,
        );
        add(Metric::OpenQuestions, share, question, is_question);
        let agreed = findings.iter().find(|finding| is_agreed(finding));
        let step = agreed
            .and_then(|finding| finding.evidence().place())
            .cloned();
        let (is_agreed, place) = match step {
            Some(place) => (1.0, Some(place)),
            None => (0.0, cite(ours().next_back())),
        };
        add(
            Metric::NextStepAgreed,
            Some(is_agreed),
            place,
            is_agreed > 0.5,
        );
        call
    }

    /// A figure, where it is known.
    pub fn figure(&self, metric: Metric) -> Option<&Figure> {
        self.figures.get(&metric)
    }
}

/// The first sentence of a stretch.
fn starting<'a, 'b>(view: &'b CallView<'a>, span: Span) -> Option<&'b Line<'a>> {
    let mut lines = view.lines().iter();
    lines.find(|line| line.side == Side::Ours && line.span.start_ms() == span.start_ms())
}

/// The answer of ours that came soonest after words of theirs.
fn answer<'a, 'b>(view: &'b CallView<'a>) -> Option<&'b Line<'a>> {
    let pairs = view.lines().windows(2).filter_map(|pair| match pair {
        [theirs, ours] if theirs.side == Side::Theirs && ours.side == Side::Ours => Some((
            ours.span.start_ms().saturating_sub(theirs.span.end_ms()),
            ours,
        )),
        _ => None,
    });
    pairs.min_by_key(|(wait, _)| *wait).map(|(_, ours)| ours)
}

fn is_agreed(finding: &Finding) -> bool {
    let accepted = StepStatus::Accepted;
    matches!(finding.value(), Value::NextStep { status, .. } if *status == accepted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Breaks;
    use crate::testing::timed_call;

    #[test]
    fn each_figure_has_the_moment_it_stands_for() {
        let call = timed_call(&[
            ("ours", 0, 2_000, "Good morning, and welcome."),
            ("theirs", 3_000, 9_000, "Thanks, glad to be here with you."),
            ("ours", 10_000, 60_000, "Let me show all of it."),
            ("theirs", 61_000, 70_000, "I see what it does."),
            ("ours", 70_100, 75_000, "What would help you most?"),
        ]);
        let view = call.view();
        let statistics = Statistics::of(&view, Breaks::Tolerant, &[]);
        let rep = UserId::new("1").expect("an id");

        let found = RepCall::of(&view, rep, "first".to_owned(), &statistics, &[]);

        let of = |metric| {
            let figure = found.figure(metric).expect("it is known");
            let place = figure.place.as_ref().expect("a moment");
            (place.sentence.to_string(), figure.is_example)
        };
        assert_eq!(of(Metric::LongestMonologue), ("2.0".to_owned(), true));
        assert_eq!(of(Metric::QuestionsPerHour), ("4.0".to_owned(), true));
        assert_eq!(of(Metric::NextStepAgreed), ("4.0".to_owned(), false));
        let seconds = found
            .figure(Metric::LongestMonologue)
            .expect("it is known")
            .value;
        assert!((seconds - 50.0).abs() < 1e-9);
    }
}
