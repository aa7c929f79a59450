//! How people talked: lanes over time, and the figures with what they mean.

use gong_app::views::{CallView, StatisticsView};
use maud::{Markup, html};

use super::voices::Voices;
use crate::cells::{clock, percent, whole};
use crate::charts::{self, Voice};
use crate::words::said;

/// Silence below this does not break a bar.
const JOINED_MS: u64 = 1_500;

pub(super) fn part(call: &CallView, figures: &StatisticsView, voices: &Voices) -> Markup {
    html! {
        (lanes(call, figures, voices))
        (speakers(figures, voices))
        (numbers(figures))
    }
}

/// The lanes, where words may be read: their times come with them.
fn lanes(call: &CallView, figures: &StatisticsView, voices: &Voices) -> Markup {
    if call.sentences.is_empty() {
        return html! {};
    }
    let lane = |speaker: &'_ gong_app::views::SpeakerView| {
        let own = call
            .sentences
            .iter()
            .filter(|said| said.party_id == speaker.party_id);
        let mut spoke: Vec<(u64, u64)> = Vec::new();
        for said in own {
            match spoke.last_mut() {
                Some((_, end)) if said.start_ms <= *end + JOINED_MS => *end = said.end_ms.max(*end),
                _ => spoke.push((said.start_ms, said.end_ms.max(said.start_ms))),
            }
        }
        (
            voices.look(speaker.party_id.as_deref()),
            speaker.name.clone(),
            spoke,
        )
    };
    let drawn: Vec<_> = figures.speakers.iter().map(lane).collect();
    let lanes: Vec<Voice<'_>> = drawn
        .iter()
        .map(|(look, name, spoke)| Voice {
            look: *look,
            name: name.as_deref().unwrap_or("somebody"),
            spoke: spoke.clone(),
        })
        .collect();
    let end = call.sentences.iter().map(|said| said.end_ms).max();
    charts::timeline(&lanes, end.unwrap_or(1))
}

fn speakers(figures: &StatisticsView, voices: &Voices) -> Markup {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    html! {
        div.scroll tabindex="0" { table {
            caption.hidden { "Every voice" }
            thead { tr { th scope="col" { "voice" } th scope="col" { "side" } th.n scope="col" { "spoke" } th.n scope="col" { "share" }
                th.n scope="col" { "words a minute" } th.n scope="col" { "questions" } th.n scope="col" { "fillers in 100 words" } } }
            tbody { @for one in &figures.speakers { tr {
                th scope="row" { (charts::swatch(voices.look(one.party_id.as_deref()))) (one.name.as_deref().unwrap_or("somebody")) }
                td { (said(one.side)) }
                td.n { (clock(one.talk_ms as f64 / 1000.0)) }
                td.n { (or_none(one.talk_ratio.map(percent))) }
                td.n { (or_none(one.words_per_minute.map(whole))) }
                td.n { (or_none(one.questions.map(|count| count.to_string()))) }
                td.n { (or_none(one.fillers_per_100_words.map(|share| format!("{share:.1}")))) }
            } } }
        } }
    }
}

fn numbers(figures: &StatisticsView) -> Markup {
    let at = |seconds: Option<f64>, at: &Option<String>| {
        let place = at.as_deref().map(|at| format!(" at {at}"));
        seconds.map(|seconds| format!("{}{}", clock(seconds), place.unwrap_or_default()))
    };
    let rows = [
        (
            "our share of the talk",
            figures.talk_ratio_ours.map(percent),
        ),
        (
            "our longest monologue",
            at(figures.longest_monologue_s, &figures.longest_monologue_at),
        ),
        (
            "their longest story",
            at(
                figures.longest_customer_story_s,
                &figures.longest_customer_story_at,
            ),
        ),
        (
            "changes of side a minute",
            figures
                .switches_per_minute
                .map(|value| format!("{value:.1}")),
        ),
        (
            "wait before an answer",
            figures
                .patience_median_s
                .map(|value| format!("{value:.1} s (median)")),
        ),
        (
            "our questions an hour",
            figures.questions_per_hour.map(whole),
        ),
        (
            "open ones among them",
            figures.open_questions_share.map(percent),
        ),
        ("price first spoken of", figures.first_price_s.map(clock)),
        ("silence", figures.silence_share.map(percent)),
        (
            "speech of an unknown side",
            figures.unknown_share.map(percent),
        ),
    ];
    html! {
        dl.facts { @for (name, text) in rows {
            div { dt { (name) } dd { (text.unwrap_or_else(|| "not known".to_owned())) } }
        } }
        @if let Some(note) = figures.questions_note { p.hint { "No questions: " (note) "." } }
    }
}
