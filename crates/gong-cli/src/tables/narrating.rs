//! Summaries, briefs, and what a model wrote.

use std::fmt::Write as _;

use gong_app::views::{
    BriefView, DealLineView, MomentView, ProseView, SaidView, StatementView, SummaryView,
};

/// A call summed up; what the model wrote comes first, marked as such.
pub(crate) fn summary(view: &SummaryView) -> String {
    let title = view.call.title.as_deref().unwrap_or("(no title)");
    let mut text = format!(
        "{title}  {}  call {}\n",
        day(&view.call.started),
        view.call.id
    );
    if let Some(prose) = &view.prose {
        text.push('\n');
        text.push_str(&self::prose(prose));
    }
    for slot in &view.slots {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "\n{}", heading(slot.slot));
        for finding in &slot.findings {
            if let Some(quote) = finding.quotes.first() {
                said(&mut text, quote);
            }
        }
    }
    if !view.highlights.is_empty() {
        text.push_str("\nHighlights\n");
        for highlight in &view.highlights {
            said(&mut text, highlight);
        }
    }
    if view.slots.is_empty() && view.highlights.is_empty() {
        text.push_str("\nNothing stands out.\n");
    }
    text
}

/// A customer or a deal over its newest calls.
pub(crate) fn brief(view: &BriefView) -> String {
    let name = view.name.as_deref().unwrap_or("(no name)");
    let mut text = format!("{name}  {} {}\n", view.about, view.id);
    for deal in &view.deals {
        let _ = writeln!(text, "{}", deal_line(deal));
    }
    if let Some(prose) = &view.prose {
        text.push('\n');
        text.push_str(&self::prose(prose));
    }
    for slot in &view.slots {
        let _ = writeln!(text, "\n{}", heading(slot.slot));
        for quote in &slot.quotes {
            let _ = write!(text, "  {}", day(&quote.started));
            moment(&mut text, &quote.moment);
        }
        let more = slot.total.saturating_sub(slot.quotes.len());
        if more > 0 {
            let _ = writeln!(text, "  and {more} more");
        }
    }
    let _ = write!(
        text,
        "\nRead {} of {} calls",
        view.calls.len(),
        view.total_calls
    );
    if view.without_transcript > 0 {
        let _ = write!(text, "; {} without transcript", view.without_transcript);
    }
    text.push_str(".\n");
    text
}

fn deal_line(deal: &DealLineView) -> String {
    let amount = deal.amount.as_ref().zip(deal.currency.as_ref());
    let amount = amount.map(|(amount, currency)| format!("{amount} {currency}"));
    let parts = [
        deal.name.clone(),
        deal.stage.clone(),
        amount,
        deal.close_date.clone().map(|day| format!("closes {day}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("deal {}  {}", deal.id, parts.join(", "))
}

/// What a model wrote, each statement with the words it rests on.
pub(crate) fn prose(prose: &ProseView) -> String {
    let mut text = String::new();
    let mut kind = None;
    for statement in &prose.statements {
        if kind != Some(statement.kind) {
            kind = Some(statement.kind);
            let _ = writeln!(text, "{}", kind_heading(statement.kind));
        }
        self::statement(&mut text, statement);
    }
    if prose.statements.is_empty() {
        text.push_str(match prose.task {
            "answer" => "The model finds no answer in what it read.\n",
            _ => "The model wrote nothing that its sentences bear.\n",
        });
    }
    let dropped: usize = prose.dropped.values().sum();
    let _ = write!(
        text,
        "Written by {} on {}; {dropped} of {} claims dropped",
        prose.model,
        day(&prose.written),
        prose.claims
    );
    let hidden = prose.withheld + prose.too_long;
    if hidden > 0 {
        let _ = write!(text, "; {hidden} sentences not shown to it");
    }
    text.push_str(".\n");
    text
}

fn statement(text: &mut String, statement: &StatementView) {
    let due = statement.due.as_deref().map(|due| format!(" (by {due})"));
    let _ = writeln!(text, "- {}{}", statement.text, due.unwrap_or_default());
    for place in &statement.evidence {
        text.push_str("    ");
        moment(text, place);
    }
}

fn moment(text: &mut String, place: &MomentView) {
    let words = place.text.as_deref().unwrap_or("(words are not shown)");
    let _ = writeln!(
        text,
        "  {} {}: “{words}”  call {}",
        place.time, place.side, place.call
    );
}

fn said(text: &mut String, quote: &SaidView) {
    let speaker = quote.speaker.as_deref().unwrap_or("somebody");
    let words = quote.text.as_deref().unwrap_or("(words are not shown)");
    let _ = writeln!(
        text,
        "    {}  {speaker} ({}): “{words}”",
        quote.time, quote.side
    );
}

fn heading(slot: &str) -> &str {
    match slot {
        "need" => "What they need",
        "process" => "How they decide",
        "objections" => "Objections",
        "next_steps" => "Next steps",
        "risks" => "Risks",
        "competitors" => "Competitors",
        other => other,
    }
}

fn kind_heading(kind: &str) -> &str {
    match kind {
        "answer" => "Answer",
        "point" => "Points",
        "pain" => "Problems",
        "requirement" => "Requirements",
        "process" => "How they decide",
        "pricing" => "Price and terms",
        "objection" => "Objections",
        "competitor" => "Competitors",
        "risk" => "Risks",
        "buying_signal" => "Buying signals",
        "next_step" => "Next steps",
        other => other,
    }
}

/// The day of an instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}
