//! What was found in a call, with the quotes it rests on.

use ::insights::highlights::Highlight;
use ::insights::trackers::{ReliabilityBin, SmartTracker};
use ::insights::{CallView, Confidence, Finding, Line, Value};
use access::Form;
use serde::Serialize;

use super::{StatisticsView, moment_link, neutral, plain_link};

/// What was found in a call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InsightsView {
    /// The call.
    pub call: CallLineView,
    /// How many detectors had to run for this answer; 0 if nothing changed since the last one.
    pub detectors_run: usize,
    /// What a manager wants to know, by the ids of findings.
    pub slots: Vec<SlotView>,
    /// What people would name when they sum up the call, in the order in which it was said; empty
    /// where words may not be read.
    pub highlights: Vec<SaidView>,
    /// Everything that was found, in the order of the sentences.
    pub findings: Vec<FindingView>,
    /// How people talked.
    pub statistics: StatisticsView,
}

/// A call in one line.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallLineView {
    /// The call.
    pub id: String,
    /// Its title; `null` where words may not be read.
    pub title: Option<String>,
    /// When it began.
    pub started: String,
    /// Where a person can open it.
    pub url: Option<String>,
}

/// A slot of the summary.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SlotView {
    /// need, process, objections, next_steps, risks, competitors.
    pub slot: &'static str,
    /// The findings that fill it.
    pub findings: Vec<String>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FindingView {
    /// Its id, for `insights replay` and `insights label`.
    pub id: String,
    /// What it is about.
    pub kind: &'static str,
    /// The value in words from fixed lists.
    pub value: ValueView,
    /// The sentences it rests on; the first is the one it is about.
    pub quotes: Vec<SaidView>,
    /// How sure the detector is; compares findings of one detector only.
    pub score: f64,
    /// How often such findings are right; `null` where nobody has counted enough.
    pub precision: Option<PrecisionView>,
    /// How many findings of the detector the user has judged.
    pub judged: u32,
    /// What the user said of this one.
    pub label: Option<&'static str>,
    /// Who found it.
    pub detector: String,
    /// Its version.
    pub version: u32,
    /// The fingerprint of its parameters.
    pub params: String,
    /// The fingerprint of what it looked at.
    pub input: String,
    /// The space of sentence vectors that it used.
    pub model: Option<String>,
}

/// The value of a finding; what does not belong to its kind is left out.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ValueView {
    /// open, closed; the kind of an objection or red flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// Who has to act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'static str>,
    /// What became of a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// A competitor's or tracker's name, where words may be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where a competitor stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<&'static str>,
    /// How many fillers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// One sentence, or one utterance, as it was said.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SaidView {
    /// Its place, written `12.3`.
    pub sentence: String,
    /// When it was said.
    pub time: String,
    /// The same in milliseconds.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// Who said it, if known and if words may be read.
    pub speaker: Option<String>,
    /// ours, theirs, unknown.
    pub side: &'static str,
    /// The words; `null` where they may not be read.
    pub text: Option<String>,
    /// The moment, where a person can open it.
    pub url: Option<String>,
}

/// How often a detector is right.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct PrecisionView {
    /// The share that was right.
    pub p: f64,
    /// The lower end of its 95 % interval.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
    /// Of how many.
    pub n: u32,
}

/// A finding made once more.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReplayView {
    /// The call.
    pub call: CallLineView,
    /// Whether the same bytes came out.
    pub is_same: bool,
    /// The fingerprint of the bytes that came out now.
    pub digest: String,
    /// The finding as it is kept.
    pub finding: FindingView,
}

/// What was said about a finding.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LabelledView {
    /// The finding.
    pub finding: String,
    /// right, wrong.
    pub verdict: &'static str,
    /// How many findings of its detector were right.
    pub right: u32,
    /// Of how many that were judged.
    pub judged: u32,
    /// The precision; `null` below thirty.
    pub precision: Option<PrecisionView>,
}

/// What was said that a detector missed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MissedView {
    /// The detector.
    pub detector: String,
    /// The call.
    pub call: String,
    /// The sentence.
    pub sentence: String,
    /// How many sentences people said this detector missed, found by now or not.
    pub missed: usize,
}

/// The trackers that are saved.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TrackersView {
    /// In the order in which they were saved.
    pub trackers: Vec<TrackerView>,
}

/// A tracker.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TrackerView {
    /// The id that its findings have.
    pub detector: String,
    /// Its name; `null` where words may not be read.
    pub name: Option<String>,
    /// keywords, smart.
    pub kind: &'static str,
    /// How many of its hits were judged.
    pub judged: u32,
    /// The precision; `null` means untested.
    pub precision: Option<PrecisionView>,
}

/// What a tracker would have found.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TrackerHitsView {
    /// The tracker.
    pub name: String,
    /// How many calls were looked through.
    pub calls: usize,
    /// In how many it was heard.
    pub calls_hit: usize,
    /// How many sentences.
    pub hits: usize,
    /// How many hits were judged so far.
    pub judged: u32,
    /// The share of them that was right; `null` means untested.
    pub precision: Option<PrecisionView>,
    /// What a smart tracker has learned; `null` for words.
    pub learning: Option<LearningView>,
    /// The first of the hits.
    pub examples: Vec<(CallLineView, SaidView)>,
}

impl TrackerHitsView {
    pub(crate) fn new(name: &str, (judged, confidence): (u32, Confidence)) -> Self {
        Self {
            name: neutral(name),
            calls: 0,
            calls_hit: 0,
            hits: 0,
            judged,
            precision: precision_view(confidence),
            learning: None,
            examples: Vec::new(),
        }
    }
}

/// What a smart tracker has learned from examples, counter-examples and judged hits.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LearningView {
    /// What decides: `examples` (the nearest ones), or `regression` from thirty labels on.
    pub method: &'static str,
    /// From how many sentences.
    pub labels: usize,
    /// How its probabilities turn out on sentences that it had not seen, from fifty labels on;
    /// `null` where its scores are no probabilities.
    pub reliability: Option<Vec<ReliabilityView>>,
}

impl LearningView {
    pub(crate) fn new(tracker: &SmartTracker) -> Self {
        let bins = tracker.reliability();
        Self {
            method: tracker.method(),
            labels: tracker.labels(),
            reliability: bins.map(|bins| bins.into_iter().map(ReliabilityView::new).collect()),
        }
    }
}

/// The probabilities from here to a fifth more, and what became of them.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct ReliabilityView {
    /// The lower end, 0–.8.
    pub from: f64,
    /// How many got such a probability.
    pub judged: u32,
    /// Its mean.
    pub predicted: f64,
    /// The share that came true.
    pub observed: f64,
}

impl ReliabilityView {
    pub(crate) fn new(bin: ReliabilityBin) -> Self {
        Self {
            from: bin.from,
            judged: bin.judged,
            predicted: bin.predicted,
            observed: bin.observed,
        }
    }
}

/// How often a detector was right, by the user's own labels.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportView {
    /// The detector.
    pub detector: String,
    /// How many findings were right.
    pub right: u32,
    /// Of how many that were judged.
    pub judged: u32,
    /// The share with its interval; `null` where nothing was judged.
    pub precision: Option<PrecisionView>,
    /// How many of the sentences that people said it should find it finds today.
    pub found: u32,
    /// Of how many: findings that were right, and what was missed.
    pub meant: u32,
    /// The share with its interval; `null` where nothing was said. It is of what people came upon,
    /// and a smart tracker has learned from these very sentences.
    pub recall: Option<PrecisionView>,
    /// measured from thirty labels on, else untested.
    pub state: &'static str,
}

/// How often findings were right, of those that people judged: all detectors together.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct JudgedView {
    /// How many findings were right.
    pub right: u32,
    /// Of how many that were judged.
    pub judged: u32,
    /// The share with its interval; `null` below thirty.
    pub precision: Option<PrecisionView>,
    /// Detectors of which thirty findings or more were judged.
    pub measured: usize,
}

/// A precision as it is shown; `None` means untested.
pub(crate) fn precision_view(confidence: Confidence) -> Option<PrecisionView> {
    match confidence {
        Confidence::Untested => None,
        Confidence::Precision { p, lo, hi, n } => Some(PrecisionView { p, lo, hi, n }),
    }
}

pub(crate) fn call_line(call: &conversation::Call, form: Form) -> CallLineView {
    CallLineView {
        id: neutral(call.id.as_str()),
        title: form.words(|| call.title.as_deref().map(neutral)).flatten(),
        started: call.started.to_string(),
        url: call.url.as_deref().and_then(plain_link),
    }
}

impl SaidView {
    pub(crate) fn new(view: &CallView<'_>, line: &Line<'_>, form: Form) -> Self {
        let call = view.call();
        let party = line.party.and_then(|id| call.party(id));
        Self {
            sentence: line.at.to_string(),
            time: line.span.to_string(),
            start_ms: line.span.start_ms(),
            end_ms: line.span.end_ms(),
            speaker: form
                .words(|| party.and_then(|party| party.name.as_deref()))
                .flatten()
                .map(neutral)
                .filter(|name| !name.is_empty()),
            side: line.side.as_str(),
            text: form.words(|| neutral(line.text)),
            url: call
                .url
                .as_deref()
                .and_then(|url| moment_link(url, line.span)),
        }
    }
}

/// A highlight with all its sentences.
pub(crate) fn highlight_view(view: &CallView<'_>, highlight: &Highlight) -> SaidView {
    let lines = view
        .lines()
        .get(highlight.lines.clone())
        .unwrap_or_default();
    let texts: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
    match lines {
        [] => SaidView {
            sentence: highlight.first().to_string(),
            time: String::new(),
            start_ms: 0,
            end_ms: 0,
            speaker: None,
            side: conversation::Side::Unknown.as_str(),
            text: None,
            url: None,
        },
        [first, .., last] | [first @ last] => {
            let mut said = SaidView::new(view, first, Form::Whole);
            said.end_ms = last.span.end_ms();
            said.text = Some(neutral(&texts.join(" ")));
            said
        }
    }
}

impl FindingView {
    pub(crate) fn new(
        (view, form): (&CallView<'_>, Form),
        finding: &Finding,
        id: String,
        label: Option<&'static str>,
        precision: Confidence,
        judged: u32,
    ) -> Self {
        let provenance = finding.provenance();
        let quotes = finding.evidence().citations().filter_map(|cited| {
            let line = view.lines().get(view.index_of(cited.sentence)?)?;
            Some(SaidView::new(view, line, form))
        });
        Self {
            id,
            kind: finding.kind().as_str(),
            value: ValueView::new(finding.value(), form),
            quotes: quotes.collect(),
            score: finding.score(),
            precision: precision_view(precision),
            judged,
            label,
            detector: provenance.detector.clone(),
            version: provenance.version,
            params: provenance.params.to_string(),
            input: provenance.input.to_string(),
            model: provenance.model.clone(),
        }
    }
}

impl ValueView {
    pub(crate) fn new(value: &Value, form: Form) -> Self {
        let mut view = Self {
            name: form.words(|| value.name().map(neutral)).flatten(),
            ..Self::default()
        };
        match value {
            Value::Question(form) => view.kind = Some(form.as_str()),
            Value::Objection(kind) => view.kind = Some(kind.as_str()),
            Value::RedFlag(kind) => view.kind = Some(kind.as_str()),
            Value::NextStep { owner, status, due } => {
                view.owner = Some(owner.as_str());
                view.status = Some(status.as_str());
                view.due = due.map(|due| due.to_string());
            }
            Value::Competitor { stance, .. } => view.stance = Some(stance.as_str()),
            Value::Filler { count } => view.count = Some(*count),
            _ => {}
        }
        view
    }
}
