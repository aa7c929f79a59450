//! Words of views as people say them.

/// A word of a fixed list without its underscores.
pub(crate) fn said(word: &str) -> String {
    let known = match word {
        "no_activity" => "no activity",
        "no_power" => "nobody senior took part",
        "close_pushed" => "close date pushed",
        "single_threaded" => "one contact only",
        "pricing_absent" => "price not spoken of",
        "no_next_meeting" => "no next meeting",
        "competitor_active" => "competitor in play",
        "red_flag" => "red flag",
        "talk_imbalance" => "we talk too much",
        "champion_silent" => "champion silent",
        "commitment_overdue" => "our promise is overdue",
        "overdue" => "close date passed",
        "stalled" => "stalled in stage",
        "ghosted" => "no answer to us",
        "talk_ratio" => "our share of the talk",
        "longest_monologue" => "longest monologue",
        "switches_per_minute" => "changes of side a minute",
        "patience" => "wait before an answer",
        "questions_per_hour" => "questions an hour",
        "open_questions" => "open questions",
        "next_step_agreed" => "next step agreed",
        "buying_signal" => "buying signal",
        "next_step" => "next step",
        "ours" => "us",
        "theirs" => "customer",
        "unknown" => "unknown",
        other => return other.replace('_', " "),
    };
    known.to_owned()
}

/// A metric's number with its unit.
pub(crate) fn measured(metric: &str, value: f64) -> String {
    match metric {
        "talk_ratio" | "open_questions" | "next_step_agreed" => crate::cells::percent(value),
        "longest_monologue" => format!("{} min", crate::cells::clock(value)),
        "patience" => format!("{value:.1} s"),
        "questions_per_hour" => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}
