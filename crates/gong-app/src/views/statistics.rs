//! How people talked in calls.

use ::insights::CallView;
use ::insights::statistics::Statistics;
use access::Form;
use serde::Serialize;

use super::{CallLineView, neutral};

/// How people talked in a call. What cannot be known is `null`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StatisticsView {
    /// tolerant: a nod ends no monologue. strict: it does.
    pub mode: &'static str,
    /// The end of the last sentence − the start of the first, in seconds.
    pub length_s: f64,
    /// Our speech / (ours + theirs).
    pub talk_ratio_ours: Option<f64>,
    /// The longest monologue of ours, in seconds.
    pub longest_monologue_s: Option<f64>,
    /// Where it begins.
    pub longest_monologue_at: Option<String>,
    /// The same of theirs.
    pub longest_customer_story_s: Option<f64>,
    /// Where it begins.
    pub longest_customer_story_at: Option<String>,
    /// Changes of side a minute.
    pub switches_per_minute: Option<f64>,
    /// The median wait of ours before an answer, in seconds.
    pub patience_median_s: Option<f64>,
    /// The mean.
    pub patience_mean_s: Option<f64>,
    /// Of how many answers.
    pub patience_answers: Option<usize>,
    /// How often ours cut theirs short, per hour of their speech.
    pub interruptions_per_hour: Option<f64>,
    /// Questions of ours.
    pub questions: Option<u32>,
    /// The share of open ones.
    pub open_questions_share: Option<f64>,
    /// Questions per hour of our speech.
    pub questions_per_hour: Option<f64>,
    /// Why there are no questions, where there are none.
    pub questions_note: Option<&'static str>,
    /// The share of the call in which nobody speaks.
    pub silence_share: Option<f64>,
    /// When our price is first spoken of, in seconds from the first word.
    pub first_price_s: Option<f64>,
    /// The share of speech whose side is not known.
    pub unknown_share: Option<f64>,
    /// Every voice.
    pub speakers: Vec<SpeakerView>,
}

/// How one voice took part.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SpeakerView {
    /// The party.
    pub party_id: Option<String>,
    /// The name, if known and if words may be read.
    pub name: Option<String>,
    /// ours, theirs, unknown.
    pub side: &'static str,
    /// Speech, in milliseconds.
    pub talk_ms: u64,
    /// The share of all speech.
    pub talk_ratio: Option<f64>,
    /// Words spoken.
    pub words: u64,
    /// Words a minute of speech.
    pub words_per_minute: Option<f64>,
    /// Questions asked.
    pub questions: Option<u32>,
    /// Fillers in a hundred words.
    pub fillers_per_100_words: Option<f64>,
}

impl StatisticsView {
    pub(crate) fn new(view: &CallView<'_>, statistics: &Statistics, form: Form) -> Self {
        let seconds = |span: conversation::Span| span.length().as_secs_f64();
        let asked = statistics.questions;
        let patience = statistics.patience;
        let speakers = statistics.speakers.iter().map(|speaker| {
            let party = speaker.party.as_ref().and_then(|id| view.call().party(id));
            SpeakerView {
                party_id: speaker.party.as_ref().map(|id| neutral(id.as_str())),
                name: form
                    .words(|| party.and_then(|party| party.name.as_deref()).map(neutral))
                    .flatten(),
                side: speaker.side.as_str(),
                talk_ms: u64::try_from(speaker.speech.as_millis()).unwrap_or(u64::MAX),
                talk_ratio: speaker.talk_ratio,
                words: speaker.words,
                words_per_minute: speaker.words_per_minute,
                questions: speaker.questions,
                fillers_per_100_words: speaker.fillers_per_100_words,
            }
        });
        Self {
            mode: statistics.breaks.as_str(),
            length_s: statistics.length.as_secs_f64(),
            talk_ratio_ours: statistics.talk_ratio_ours,
            longest_monologue_s: statistics.longest_monologue.map(seconds),
            longest_monologue_at: statistics.longest_monologue.map(|span| span.to_string()),
            longest_customer_story_s: statistics.longest_customer_story.map(seconds),
            longest_customer_story_at: statistics
                .longest_customer_story
                .map(|span| span.to_string()),
            switches_per_minute: statistics.switches_per_minute,
            patience_median_s: patience.map(|patience| patience.median.as_secs_f64()),
            patience_mean_s: patience.map(|patience| patience.mean.as_secs_f64()),
            patience_answers: patience.map(|patience| patience.answers),
            interruptions_per_hour: statistics.interruptions_per_hour,
            questions: asked.map(|asked| asked.count),
            open_questions_share: asked.and_then(|asked| asked.open_share),
            questions_per_hour: asked.and_then(|asked| asked.per_hour),
            questions_note: asked
                .is_none()
                .then_some("the transcript has hardly any question marks"),
            silence_share: statistics.silence_share,
            first_price_s: statistics.first_price.map(|at| at.as_secs_f64()),
            unknown_share: statistics.unknown_share,
            speakers: speakers.collect(),
        }
    }
}

/// Statistics of one call or of many, beside those of the vendor.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StatsView {
    /// Every call with words.
    pub calls: Vec<CallStatsView>,
    /// How far we are from the vendor's figures; empty unless asked for.
    pub compared: Vec<ComparedView>,
}

/// The statistics of a call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallStatsView {
    /// The call.
    pub call: CallLineView,
    /// The statistics.
    pub statistics: StatisticsView,
}

/// One figure beside the vendor's.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ComparedView {
    /// The figure, by the vendor's name.
    pub figure: String,
    /// How many values both have.
    pub values: u32,
    /// The mean absolute difference.
    pub mean_absolute_difference: f64,
}
