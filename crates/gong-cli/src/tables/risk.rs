//! What stands against deals.

use std::fmt::Write as _;

use gong_app::views::{
    EvidenceView, ModelView, MomentView, RecallView, RiskHistoryView, RiskView, RisksView,
    WarningView,
};

use super::table;

/// Each open deal with its warnings, then the fitted model or what is missing for it.
pub(crate) fn risks(view: &RisksView) -> String {
    let day = view.as_of.get(..10).unwrap_or(&view.as_of);
    if view.deals.is_empty() {
        return format!("no open deal as of {day}");
    }
    let mut text = String::new();
    for deal in &view.deals {
        text.push_str(&risk(deal));
    }
    // Writing into a string cannot fail.
    let _ = writeln!(
        text,
        "{} open deals as of {day}; points are a checklist, no probability",
        view.deals.len()
    );
    text.push_str(&model(&view.model));
    for stage in &view.unknown_stages {
        let _ = write!(
            text,
            "\nstage {stage}: pipeline.stages, won and lost do not name it; its deals count as open"
        );
    }
    text
}

/// Each deal as of each of its calls, then how often each warning fired.
pub(crate) fn risk_history(view: &RiskHistoryView) -> String {
    let mut text = String::new();
    for deal in &view.deals {
        for one in &deal.calls {
            let day = one.at.get(..10).unwrap_or(&one.at);
            // Writing into a string cannot fail.
            let _ = writeln!(text, "as of call {} on {day}", one.call);
            text.push_str(&risk(&one.risk));
        }
    }
    let counts = view.counts.iter().map(|one| {
        vec![
            one.warning.to_owned(),
            one.fires.to_string(),
            one.clear.to_string(),
            one.unknown.to_string(),
        ]
    });
    text.push_str(&table(&["warning", "fires", "clear", "unknown"], counts));
    text
}

fn risk(deal: &RiskView) -> String {
    let facts = [
        deal.name.clone(),
        deal.stage.clone(),
        deal.amount.clone(),
        deal.close_date.as_ref().map(|day| format!("closes {day}")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let mut text = format!(
        "{:<6} {} of {} ({} points, {} unknown)  {}  {}\n",
        deal.level,
        deal.fires,
        deal.asked,
        deal.points,
        deal.unknown,
        deal.id,
        facts.join(", ")
    );
    for one in &deal.warnings {
        text.push_str(&warning(one));
    }
    if let Some(chance) = &deal.chance {
        let _ = writeln!(
            text,
            "    chance of winning {:.0} %; goes with it:",
            100.0 * chance.chance
        );
        for part in &chance.contributions {
            let _ = writeln!(
                text,
                "      {:+.2} {} = {:.0}",
                part.adds, part.feature, part.value
            );
            if let Some(view) = &part.evidence {
                text.push_str(&evidence(view));
            }
        }
    }
    text.push('\n');
    text
}

fn warning(one: &WarningView) -> String {
    let mark = match one.state {
        "fires" => format!("{} {}", one.points, one.warning),
        state => format!("– {} ({state})", one.warning),
    };
    let mut text = format!("    {mark}: {}\n", one.reason);
    if let Some(view) = &one.evidence {
        text.push_str(&evidence(view));
    }
    if let Some(view) = &one.recall {
        let _ = writeln!(text, "        {}", recall(view));
    }
    text
}

/// How much a detector finds.
pub(super) fn recall(view: &RecallView) -> String {
    let share = format!("{} finds {:.0} %", view.detector, 100.0 * view.recall);
    match (view.interval, view.of) {
        (Some([lo, hi]), Some(of)) => format!(
            "{share} ({:.0}–{:.0}) of what it should, of {of} of {}",
            100.0 * lo,
            100.0 * hi,
            view.source
        ),
        _ => format!("{share} of what it should ({})", view.source),
    }
}

pub(super) fn evidence(view: &EvidenceView) -> String {
    let mut text: String = view.quotes.iter().map(moment).collect();
    if let (Some(heard), Some(known)) = (view.with_transcript, view.known) {
        let _ = writeln!(
            text,
            "        searched {heard} of {known} calls: {}",
            view.calls.join(" ")
        );
    }
    if let (Some(query), Some(rows)) = (&view.query, view.rows) {
        let _ = writeln!(text, "        {query}: {rows} rows");
    }
    if let Some(more) = view
        .sentences
        .and_then(|all| all.checked_sub(view.quotes.len()))
        .filter(|more| *more > 0)
    {
        let _ = writeln!(text, "        and {more} sentences more");
    }
    text
}

pub(super) fn moment(one: &MomentView) -> String {
    let words = one
        .text
        .as_deref()
        .map_or_else(|| "(not shown)".to_owned(), |text| format!("“{text}”"));
    let link = one.url.as_deref().unwrap_or_default();
    format!(
        "        call {} at {} ({}): {words} {link}\n",
        one.call, one.time, one.side
    )
}

fn model(view: &ModelView) -> String {
    let mut text = match &view.reason {
        Some(reason) => format!("fitted model: {reason}"),
        None => format!("fitted model at {} days of age: used", view.age_days),
    };
    let figures = view
        .fitted
        .zip(view.tested)
        .zip(view.brier.zip(view.brier_of_base_rate));
    if let Some(((fitted, tested), (brier, base))) = figures {
        let _ = write!(
            text,
            "\n  fitted on {fitted} deals, tested on {tested} later ones: Brier {brier:.3}, of the base rate {base:.3}"
        );
    }
    if let Some([area, lo, hi]) = view.area_under_curve {
        let _ = write!(text, ", area under the curve {area:.2} ({lo:.2}–{hi:.2})");
    }
    if !view.reliability.is_empty() {
        let rows = view.reliability.iter().map(|bin| {
            vec![
                format!("{:.0}–{:.0} %", 100.0 * bin.from, 100.0 * (bin.from + 0.2)),
                bin.judged.to_string(),
                format!("{:.0} %", 100.0 * bin.predicted),
                format!("{:.0} %", 100.0 * bin.observed),
            ]
        });
        let _ = write!(
            text,
            "\n{}",
            table(&["chance", "deals", "said", "came true"], rows)
        );
    }
    text
}
