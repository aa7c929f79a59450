//! What each number means, in the words of the documentation.

use axum::Extension;
use axum::response::Response;
use maud::html;

use crate::answer;
use crate::visit::Visit;

/// Anchor, name, meaning.
const DEFINITIONS: [(&str, &str, &str); 22] = [
    (
        "forecast",
        "Forecast",
        "Won in the period + Σ amount · chance of the open deals + what deals that are not known yet bring on average. The chance of a stage is counted over up to eight past periods at the same share of theirs. The 80 % interval comes from playing the rest 2,000 times with chances that the counts allow; each past period is forecast again from what was known then. It knows no seasons and no change of the team.",
    ),
    (
        "pipeline",
        "The pipeline",
        "Deals of one currency as they were known on the day. Currencies are never added.",
    ),
    (
        "coverage",
        "Coverage",
        "Open amount that closes in the period / (target − won). Without a target, or where it is reached, there is none.",
    ),
    (
        "win-rate",
        "Win rate",
        "Won / closed in the period, with Wilson's 95 % interval.",
    ),
    (
        "velocity",
        "Velocity",
        "Open deals · win rate · average won / median days to win: whole units of the currency a day.",
    ),
    (
        "average",
        "Average deal won",
        "The mean amount of deals that were won in the period.",
    ),
    (
        "slipped",
        "Slipped",
        "Open, expected to close in the period at its start or later, and expected after it now; or the period is over.",
    ),
    (
        "risk",
        "Deals at risk",
        "Up to fourteen warnings, each with points; three points are medium, six high. A checklist, no probability. A warning that something was never said is unknown where fewer than 80 % of the calls have a transcript.",
    ),
    (
        "competitors",
        "Competitors",
        "Deals and calls in which a watched competitor was heard, not mentions. The trend is the share of calls in the last days beside as many before. A win rate is compared with deals in which none was heard only where enough deals are closed, and all comparisons of the report share one error rate.",
    ),
    (
        "customers",
        "What customers say",
        "Calls in which a customer said it, of calls with a transcript; the time before is as long as what has passed of the period. Objections, red flags, pains and signs of buying are found by detectors that miss some: see Health.",
    ),
    (
        "coaching",
        "Coaching",
        "Means over the calls of a rep. The band is the middle half of the reps with ten calls and more, from five reps on. It says where somebody differs, not who is better, and is not for decisions about pay.",
    ),
    (
        "newest",
        "Newest calls",
        "By when they began, those that you may see.",
    ),
    (
        "trust",
        "How far this can be trusted",
        "What the numbers rest on: calls that are here, those with words, when the last sync that came to its end began.",
    ),
    (
        "talk",
        "How people talked",
        "Speech of one side / speech of both; a monologue goes on through nods; patience is the median wait before ours answer; questions are counted where the transcript has question marks.",
    ),
    (
        "summary",
        "What was found",
        "Findings of the detectors, each with the sentences it rests on.",
    ),
    (
        "transcript",
        "What was said",
        "The words as Gong transcribed them, with what was found beside the sentence it is about.",
    ),
    (
        "history",
        "What became of it",
        "Each field of the deal when it changed, and who told of it.",
    ),
    (
        "quality",
        "How often detectors are right",
        "Precision: right / judged by your people, from thirty on, with its 95 % interval. Found again: of the sentences that people said a detector should find, those that it finds today.",
    ),
    (
        "status",
        "Archive and index",
        "What is stored, what waits, and what of the day's requests to Gong is left.",
    ),
    (
        "deals",
        "Deals",
        "As they were known at the end of the day that is looked at.",
    ),
    (
        "calls",
        "Calls",
        "Those that you may see; private calls are left out.",
    ),
    ("checks", "Checks", "What gongkit doctor checks."),
];

/// Whether something is explained.
pub(crate) fn has(anchor: &str) -> bool {
    DEFINITIONS.iter().any(|(known, _, _)| *known == anchor)
}

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    let content = html! {
        h1 { "What each number means" }
        dl.definitions { @for (anchor, name, meaning) in DEFINITIONS {
            div id=(anchor) { dt { (name) } dd { (meaning) } }
        } }
        p.hint { "The whole of it stands in docs/forecast.md, docs/coaching.md and docs/quality.md." }
    };
    answer::page(&visit, "What each number means", &content)
}
