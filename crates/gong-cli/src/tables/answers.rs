//! Places and calls.

use std::fmt::Write as _;

use gong_app::views::{AskView, CallView, CoverageView, HitView, QuoteView, SearchView, WhyView};

use super::table;

/// An answer: each place with its quotes, then what was searched.
pub(crate) fn search(view: &SearchView) -> String {
    let mut text = format!("{}\n", view.question);
    for understood in &view.filters.understood {
        let _ = writeln!(text, "Understood: {understood}");
    }
    for hit in &view.hits {
        place(&mut text, hit);
    }
    if view.hits.is_empty() {
        text.push_str("\nNothing was found.\n");
    }
    text.push('\n');
    text.push_str(&coverage(&view.coverage));
    text
}

fn place(text: &mut String, hit: &HitView) {
    let title = hit.title.as_deref().unwrap_or("(no title)");
    let private = if hit.is_private { "  PRIVATE" } else { "" };
    // Writing into a string cannot fail.
    let _ = writeln!(
        text,
        "\n{:>2}. {title}  {}  call {}{private}",
        hit.rank,
        day(&hit.started),
        hit.call_id
    );
    for quote in &hit.quotes {
        said(text, quote);
    }
    if let Some(url) = hit
        .citation
        .as_ref()
        .and_then(|citation| citation.url.as_deref())
    {
        let _ = writeln!(text, "    {url}");
    }
    if let Some(why) = &hit.why {
        text.push_str(&explained(hit.score, why));
    }
}

/// What a rank is made of.
fn explained(score: f32, why: &WhyView) -> String {
    let given = |name: &str, value: Option<f32>| match value {
        Some(value) => format!("{name} {value:.3}"),
        None => format!("{name}: not among the candidates"),
    };
    format!(
        "    score {score:.2} = meaning {:+.2} ({}) + words {:+.2} ({}) + neighbours {:+.2} + call {:+.2}\n",
        why.meaning,
        given("cosine", why.cosine),
        why.words,
        given("BM25", why.bm25),
        why.neighbours,
        why.call,
    )
}

fn said(text: &mut String, quote: &QuoteView) {
    let citation = &quote.citation;
    let speaker = quote.speaker.as_deref().unwrap_or("somebody");
    let more = if quote.is_cut { " …" } else { "" };
    let _ = writeln!(
        text,
        "    {}  {speaker} ({}): “{}{more}”",
        citation.time, citation.side, quote.text
    );
}

fn coverage(coverage: &CoverageView) -> String {
    if coverage.calls == 0 {
        return "The archive holds no calls yet.".to_owned();
    }
    let mut line = format!("Searched {} of {} calls", coverage.searched, coverage.calls);
    let parts = [
        (coverage.without_transcript, "without transcript"),
        (coverage.pending_index, "waiting for the index"),
        (coverage.private_withheld, "private and left out"),
    ];
    for (count, what) in parts {
        if count > 0 {
            let _ = write!(line, "; {count} {what}");
        }
    }
    line.push('.');
    line
}

/// What answers a question, or comes nearest.
pub(crate) fn ask(view: &AskView) -> String {
    let mut text = format!("{}\n", view.question);
    if let Some(prose) = &view.prose {
        text.push('\n');
        text.push_str(&super::narrating::prose(prose));
    }
    text.push_str(match view.standing {
        "answered" => "",
        "nearest" => "\nThe nearest that was said; it may not answer the question.\n",
        _ => "\nNothing was found.\n",
    });
    for answer in &view.answers {
        let title = answer.title.as_deref().unwrap_or("(no title)");
        let private = if answer.is_private { "  PRIVATE" } else { "" };
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "\n{:>2}. {title}  {}  call {}{private}",
            answer.rank,
            day(&answer.started),
            answer.call_id
        );
        if let Some(before) = &answer.before {
            said(&mut text, before);
        }
        said(&mut text, &answer.quote);
        if let Some(url) = answer.quote.citation.url.as_deref() {
            let _ = writeln!(text, "    {url}");
        }
    }
    text.push('\n');
    text.push_str(&coverage(&view.coverage));
    text
}

/// A call with its words.
pub(crate) fn call(view: &CallView) -> String {
    let mut text = format!("{}\n", view.title.as_deref().unwrap_or("(no title)"));
    let minutes = view
        .duration_s
        .map(|seconds| format!("{} min", seconds.div_ceil(60)));
    let facts = [
        ("call", Some(view.id.clone())),
        ("started", Some(view.started.clone())),
        ("lasted", minutes),
        ("direction", view.direction.clone()),
        ("scope", view.scope.clone()),
        ("private", view.is_private.then(|| "yes".to_owned())),
        ("accounts", list(&view.account_ids)),
        ("tags", list(&view.tags)),
        ("source", Some(view.source.to_owned())),
        ("missing since", view.missing_since.clone()),
        ("link", view.url.clone()),
    ];
    let rows = facts
        .into_iter()
        .filter_map(|(name, value)| Some(vec![name.to_owned(), value?]));
    text.push_str(&table(&[], rows));
    text.push_str("\n\n");
    let parties = view.parties.iter().map(|party| {
        vec![
            party.side.to_owned(),
            party.name.clone().unwrap_or_else(|| "(no name)".to_owned()),
            party.title.clone().unwrap_or_default(),
            party.email.clone().unwrap_or_default(),
        ]
    });
    text.push_str(&table(&[], parties));
    text.push('\n');
    match view.transcript {
        "present" => {}
        "pending" => {
            text.push_str("\nIts transcript is not ready yet; `gongkit sync` asks again.\n");
        }
        _ => text.push_str("\nThere is no transcript.\n"),
    }
    let mut speaker = None;
    for sentence in &view.sentences {
        if speaker != Some((&sentence.party_id, utterance(&sentence.sentence))) {
            let name = sentence.speaker.as_deref().unwrap_or("somebody");
            let _ = write!(text, "\n{}  {name} ({}):", sentence.time, sentence.side);
            speaker = Some((&sentence.party_id, utterance(&sentence.sentence)));
        }
        let _ = write!(text, " {}", sentence.text);
    }
    text
}

fn utterance(sentence: &str) -> &str {
    sentence.split('.').next().unwrap_or(sentence)
}

fn list(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| items.join(", "))
}

/// The day of an instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}
