//! What was found in calls.

use std::fmt::Write as _;

use gong_app::views::{
    CallLineView, FindingView, InsightsView, LabelledView, LearningView, MissedView, PrecisionView,
    ReplayView, ReportView, SaidView, StatisticsView, StatsView, TrackerHitsView, TrackersView,
};

use super::table;

/// Summary first, then every finding with its quote, then how people talked.
pub(crate) fn insights(view: &InsightsView) -> String {
    let mut text = heading(&view.call);
    for slot in &view.slots {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "\n{}", slot.slot.replace('_', " ").to_uppercase());
        let filling = view
            .findings
            .iter()
            .filter(|one| slot.findings.contains(&one.id));
        for quote in filling.filter_map(|one| one.quotes.first()) {
            text.push_str(&said(quote));
        }
    }
    if !view.highlights.is_empty() {
        text.push_str("\nHIGHLIGHTS\n");
        view.highlights
            .iter()
            .for_each(|highlight| text.push_str(&said(highlight)));
    }
    text.push_str("\nFINDINGS\n");
    for finding in &view.findings {
        text.push_str(&found(finding));
    }
    if view.findings.is_empty() {
        text.push_str("    nothing\n");
    }
    text.push_str("\nSTATISTICS\n");
    text.push_str(&statistics(&view.statistics));
    text
}

fn heading(call: &CallLineView) -> String {
    let title = call.title.as_deref().unwrap_or("(no title)");
    format!("{title}  {}  call {}\n", call.started, call.id)
}

fn said(quote: &SaidView) -> String {
    let speaker = quote.speaker.as_deref().unwrap_or("somebody");
    match &quote.text {
        Some(text) => format!("    {}  {speaker} ({}): “{text}”\n", quote.time, quote.side),
        None => format!("    {}  {}\n", quote.time, quote.side),
    }
}

fn found(finding: &FindingView) -> String {
    let value = &finding.value;
    let parts = [
        value.kind.map(str::to_owned),
        value.name.clone(),
        value.stance.map(str::to_owned),
        value.owner.map(str::to_owned),
        value.status.map(str::to_owned),
        value.due.as_ref().map(|due| format!("due {due}")),
        value.count.map(|count| count.to_string()),
        finding.label.map(|label| format!("you said: {label}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut text = format!(
        "  {} {}  [{}]  {}\n",
        finding.kind,
        parts.join(", "),
        precision(finding.precision, finding.judged),
        finding.id.get(..16).unwrap_or(&finding.id)
    );
    finding
        .quotes
        .iter()
        .for_each(|quote| text.push_str(&said(quote)));
    text
}

fn precision(precision: Option<PrecisionView>, judged: u32) -> String {
    match precision {
        Some(share) => format!("right {}", interval(share)),
        None => format!("untested, {judged} judged"),
    }
}

fn interval(PrecisionView { p, lo, hi, n, .. }: PrecisionView) -> String {
    format!(
        "{:.0} % ({:.0}–{:.0}, n {n})",
        100.0 * p,
        100.0 * lo,
        100.0 * hi
    )
}

fn statistics(view: &StatisticsView) -> String {
    let number = |value: Option<f64>, unit: &str| match value {
        Some(value) => format!("{value:.2}{unit}"),
        None => "–".to_owned(),
    };
    let percent = |share: Option<f64>| match share {
        Some(share) => format!("{:.0} %", 100.0 * share),
        None => "–".to_owned(),
    };
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let mut rows = vec![
        row("talk ratio of ours", percent(view.talk_ratio_ours)),
        row("longest monologue", number(view.longest_monologue_s, " s")),
        row(
            "longest customer story",
            number(view.longest_customer_story_s, " s"),
        ),
        row("switches a minute", number(view.switches_per_minute, "")),
        row("patience, median", number(view.patience_median_s, " s")),
        row(
            "interruptions an hour",
            number(view.interruptions_per_hour, ""),
        ),
        row(
            "questions of ours",
            match (view.questions, view.questions_note) {
                (Some(count), _) => count.to_string(),
                (None, Some(note)) => format!("– ({note})"),
                (None, None) => "–".to_owned(),
            },
        ),
        row("silence", percent(view.silence_share)),
        row("first price after", number(view.first_price_s, " s")),
        row("speech of unknown side", percent(view.unknown_share)),
    ];
    for speaker in &view.speakers {
        let name = speaker.name.as_deref().unwrap_or("somebody");
        rows.push(row(
            &format!("{name} ({})", speaker.side),
            format!(
                "{} of speech, {} words, {} a minute",
                percent(speaker.talk_ratio),
                speaker.words,
                number(speaker.words_per_minute, "")
            ),
        ));
    }
    table(&[], rows)
}

/// Statistics of calls, and the differences from Gong's.
pub(crate) fn stats(view: &StatsView) -> String {
    let mut text = String::new();
    for call in &view.calls {
        let _ = writeln!(
            text,
            "{}{}\n",
            heading(&call.call),
            statistics(&call.statistics)
        );
    }
    if !view.compared.is_empty() {
        let rows = view.compared.iter().map(|row| {
            vec![
                row.figure.clone(),
                row.values.to_string(),
                format!("{:.3}", row.mean_absolute_difference),
            ]
        });
        text.push_str(&table(
            &["figure of Gong's", "values", "mean difference"],
            rows,
        ));
    }
    text
}

/// A finding made once more.
pub(crate) fn replay(view: &ReplayView) -> String {
    let same = if view.is_same {
        "the same bytes"
    } else {
        "OTHER BYTES"
    };
    format!("{}{same}: {}", found(&view.finding), view.digest)
}

/// What was said about a finding.
pub(crate) fn labelled(view: &LabelledView) -> String {
    format!(
        "{}: {} of {} judged findings of its detector are right [{}]",
        view.verdict,
        view.right,
        view.judged,
        precision(view.precision, view.judged)
    )
}

/// What was said that a detector missed.
pub(crate) fn missed(view: &MissedView) -> String {
    format!(
        "{} missed {} of call {}; {} so far.",
        view.detector, view.sentence, view.call, view.missed
    )
}

/// How often detectors were right, and how much they find.
pub(crate) fn report(rows: &[ReportView]) -> String {
    let rows = rows.iter().map(|row| {
        vec![
            row.detector.clone(),
            row.state.to_owned(),
            format!("{} of {}", row.right, row.judged),
            precision(row.precision, row.judged),
            row.recall.map_or_else(
                || "untested".to_owned(),
                |share| format!("found {} of {}, {}", row.found, row.meant, interval(share)),
            ),
        ]
    });
    table(&["detector", "state", "right", "precision", "recall"], rows)
}

/// Saved trackers.
pub(crate) fn trackers(view: &TrackersView) -> String {
    if view.trackers.is_empty() {
        return "No tracker is saved.".to_owned();
    }
    let rows = view.trackers.iter().map(|tracker| {
        vec![
            tracker.name.as_ref().unwrap_or(&tracker.detector).clone(),
            tracker.kind.to_owned(),
            precision(tracker.precision, tracker.judged),
        ]
    });
    table(&["tracker", "kind", "precision"], rows)
}

/// What a smart tracker learned, and how far its probabilities can be believed.
fn learning(view: &LearningView) -> String {
    let mut text = format!(
        "  decided by {}, from {} labels\n",
        view.method, view.labels
    );
    let Some(bins) = &view.reliability else {
        text.push_str("  its scores are no probabilities: that takes 50 labels\n");
        return text;
    };
    for bin in bins {
        let _ = writeln!(
            text,
            "  probability {:.1}–{:.1}: {:.2} on average, {:.2} were meant, of {}",
            bin.from,
            bin.from + 0.2,
            bin.predicted,
            bin.observed,
            bin.judged
        );
    }
    text
}

/// What trackers would have found.
pub(crate) fn hits(view: &[TrackerHitsView]) -> String {
    let mut text = String::new();
    for tracker in view {
        let _ = writeln!(
            text,
            "{}: {} hits in {} of {} calls",
            tracker.name, tracker.hits, tracker.calls_hit, tracker.calls
        );
        let _ = writeln!(text, "  {}", precision(tracker.precision, tracker.judged));
        if let Some(learned) = &tracker.learning {
            text.push_str(&learning(learned));
        }
        for (call, quote) in &tracker.examples {
            let _ = write!(text, "  {}{}", heading(call), said(quote));
        }
    }
    text
}
