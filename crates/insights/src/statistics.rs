//! Conversation statistics: who spoke how much, and how the turns went back and forth.
//!
//! Each formula stands at the field it fills. What cannot be known is `None`, never 0.

mod exchanges;
mod runs;
mod speech;
mod turns;

use std::time::Duration;

use conversation::{PartyId, Side, Span};

use crate::detect::{asked, is_punctuated};
use crate::text::fillers;
use crate::{CallView, Finding, Form, Kind, Line};

pub use exchanges::Patience;
pub use turns::{Breaks, Turn};

/// Less speech than this gives no rate of words.
const ENOUGH_SPEECH: Duration = Duration::from_secs(30);

/// How one voice took part.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Speaker {
    /// Who, if known.
    pub party: Option<PartyId>,
    /// For which side.
    pub side: Side,
    /// The length of the union of the sentences' times.
    pub speech: Duration,
    /// Speech of this voice / sum of the speech of all voices.
    pub talk_ratio: Option<f64>,
    /// Words spoken.
    pub words: u64,
    /// Words / minutes of speech; none below 30 seconds of speech.
    pub words_per_minute: Option<f64>,
    /// Questions asked; none where the transcript has no punctuation.
    pub questions: Option<u32>,
    /// 100 · fillers in discourse position / words.
    pub fillers_per_100_words: Option<f64>,
}

/// Questions of our side.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// How many.
    pub count: u32,
    /// The share of open ones (what, how, why, tell me); none where nothing was asked.
    pub open_share: Option<f64>,
    /// Per hour of our side's speech.
    pub per_hour: Option<f64>,
}

/// The statistics of one call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// What ends a monologue.
    pub breaks: Breaks,
    /// Every voice, in order of the first word.
    pub speakers: Vec<Speaker>,
    /// The end of the last sentence − the start of the first.
    pub length: Duration,
    /// Our speech / (ours + theirs); none where neither spoke.
    pub talk_ratio_ours: Option<f64>,
    /// The longest run of one voice of ours, ended only by a turn of somebody else that is no
    /// backchannel, or by a silence of more than 10 seconds.
    pub longest_monologue: Option<Span>,
    /// The same of theirs.
    pub longest_customer_story: Option<Span>,
    /// Changes of side between turns that are no backchannels / minutes of the call.
    pub switches_per_minute: Option<f64>,
    /// How long ours wait before they answer.
    pub patience: Option<Patience>,
    /// How often ours cut theirs short, per hour of their speech; none where no times overlap.
    pub interruptions_per_hour: Option<f64>,
    /// Questions of ours; none where the transcript has no punctuation.
    pub questions: Option<Asked>,
    /// The share of the call in which nobody speaks.
    pub silence_share: Option<f64>,
    /// The start of the first sentence about our price − the start of the call's first sentence.
    pub first_price: Option<Duration>,
    /// The share of speech whose side is not known; it counts for neither side.
    pub unknown_share: Option<f64>,
}

impl Statistics {
    /// Works out the statistics of a call; findings say where pricing was spoken of.
    pub fn of(call: &CallView<'_>, breaks: Breaks, findings: &[Finding]) -> Self {
        let lines = call.lines();
        let start = lines.iter().map(|line| line.span.start_ms()).min();
        let end = lines.iter().map(|line| line.span.end_ms()).max();
        let whole = Span::from_millis(start.unwrap_or(0), end.unwrap_or(0));
        let turns = turns::turns(lines, breaks);
        let speakers = speakers(call);
        let of_side = |side: Side| -> Duration {
            let voices = speakers.iter().filter(|voice| voice.side == side);
            voices.map(|voice| voice.speech).sum()
        };
        let (ours, theirs) = (of_side(Side::Ours), of_side(Side::Theirs));
        let all: Duration = speakers.iter().map(|voice| voice.speech).sum();
        let heard = speech::union(lines.iter().map(|line| line.span));
        Self {
            breaks,
            length: whole.length(),
            talk_ratio_ours: share(ours, ours + theirs),
            longest_monologue: runs::longest(&turns, Side::Ours),
            longest_customer_story: runs::longest(&turns, Side::Theirs),
            switches_per_minute: per(
                exchanges::switches(&turns),
                whole.length(),
                Duration::from_mins(1),
            ),
            patience: exchanges::patience(&turns),
            interruptions_per_hour: exchanges::interruptions(lines, &turns)
                .and_then(|count| per(count, theirs, Duration::from_hours(1))),
            questions: is_punctuated(call).then(|| questions(lines, ours)),
            silence_share: share(whole.length().saturating_sub(heard), whole.length()),
            first_price: first_price(findings, whole),
            unknown_share: share(of_side(Side::Unknown), all),
            speakers,
        }
    }
}

fn speakers(call: &CallView<'_>) -> Vec<Speaker> {
    let mut voices: Vec<(Option<&PartyId>, Vec<&Line<'_>>)> = Vec::new();
    for line in call.lines() {
        match voices.iter_mut().find(|(party, _)| *party == line.party) {
            Some((_, said)) => said.push(line),
            None => voices.push((line.party, vec![line])),
        }
    }
    let spoken: Vec<_> = voices
        .iter()
        .map(|(_, said)| speech::union(said.iter().map(|line| line.span)))
        .collect();
    let all: Duration = spoken.iter().sum();
    let punctuated = is_punctuated(call);
    let speaker = |((party, said), speech): (&(Option<&PartyId>, Vec<&Line<'_>>), &Duration)| {
        let words = said.iter().map(|line| line.words.len()).sum::<usize>() as u64;
        let filled: usize = said
            .iter()
            .map(|line| fillers(line.text, &line.words))
            .sum();
        Speaker {
            party: party.cloned(),
            side: said.first().map_or(Side::Unknown, |line| line.side),
            speech: *speech,
            talk_ratio: share(*speech, all),
            words,
            words_per_minute: (*speech >= ENOUGH_SPEECH)
                .then(|| words as f64 * 60.0 / speech.as_secs_f64()),
            questions: punctuated.then(|| count(said.iter().copied().filter_map(asked))),
            fillers_per_100_words: (words > 0).then(|| 100.0 * filled as f64 / words as f64),
        }
    };
    voices.iter().zip(&spoken).map(speaker).collect()
}

fn questions(lines: &[Line<'_>], speech_of_ours: Duration) -> Asked {
    let ours = || lines.iter().filter(|line| line.side == Side::Ours);
    let all = count(ours().filter_map(asked));
    let open = count(ours().filter_map(asked).filter(|form| *form == Form::Open));
    Asked {
        count: all,
        open_share: (all > 0).then(|| f64::from(open) / f64::from(all)),
        per_hour: per(all, speech_of_ours, Duration::from_hours(1)),
    }
}

fn first_price(findings: &[Finding], whole: Span) -> Option<Duration> {
    let priced = findings.iter().filter(|one| one.kind() == Kind::Pricing);
    let first = priced
        .filter_map(|one| Some(one.evidence().place()?.span.start_ms()))
        .min()?;
    Some(Duration::from_millis(
        first.saturating_sub(whole.start_ms()),
    ))
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

fn share(part: Duration, whole: Duration) -> Option<f64> {
    (!whole.is_zero()).then(|| part.as_secs_f64() / whole.as_secs_f64())
}

fn per(count: u32, time: Duration, unit: Duration) -> Option<f64> {
    (!time.is_zero()).then(|| f64::from(count) * unit.as_secs_f64() / time.as_secs_f64())
}
