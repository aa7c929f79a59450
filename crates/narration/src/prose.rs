//! What is shown in the end: statements that were checked, and how many were not let through.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use conversation::Span;
use jiff::Timestamp;

use crate::material::one_line;
use crate::{ClaimKind, Reason, Statement, Tokens};

/// Statements by a model, each with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prose {
    /// The statements, in order of their kinds and then of the call.
    pub statements: Vec<Statement>,
    /// Which model wrote them.
    pub model: String,
    /// When.
    pub written: Timestamp,
    /// How many claims the model made.
    pub claims: usize,
    /// How many were dropped, by reason.
    pub dropped: BTreeMap<Reason, usize>,
    /// How many were left out because they say what another says, or because there were enough.
    pub left_out: usize,
    /// How many sentences the model was not shown because they are addressed to a machine.
    pub withheld: usize,
    /// How many it was not shown because they are longer than its context.
    pub too_long: usize,
    /// What it cost.
    pub tokens: Tokens,
}

impl Prose {
    /// The share of claims that were dropped; `None` where there were none.
    pub fn dropped_rate(&self) -> Option<f64> {
        let dropped: usize = self.dropped.values().sum();
        (self.claims > 0).then(|| dropped as f64 / self.claims as f64)
    }

    /// The statements as plain text, each with the words it rests on, marked as a model's.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut kind: Option<ClaimKind> = None;
        for statement in &self.statements {
            if kind != Some(statement.kind) {
                kind = Some(statement.kind);
                let _ = writeln!(text, "{}", heading(statement.kind));
            }
            let due = statement
                .due
                .map(|due| format!(" (by {due})"))
                .unwrap_or_default();
            let _ = writeln!(text, "- {}{due}", statement.text);
            for (citation, said) in &statement.evidence {
                let at: Span = citation.span;
                let _ = writeln!(text, "    {at} {}: “{}”", citation.side, quoted(said));
            }
        }
        let dropped: usize = self.dropped.values().sum();
        let _ = write!(
            text,
            "Written by {} on {}; {dropped} of {} claims dropped",
            self.model,
            self.written.strftime("%Y-%m-%d"),
            self.claims
        );
        if self.withheld + self.too_long > 0 {
            let _ = write!(
                text,
                "; {} sentences not shown to it",
                self.withheld + self.too_long
            );
        }
        text.push_str(".\n");
        text
    }
}

fn quoted(said: &str) -> String {
    one_line(said)
}

fn heading(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Answer => "Answer",
        ClaimKind::Point => "Points",
        ClaimKind::Pain => "Problems",
        ClaimKind::Requirement => "Requirements",
        ClaimKind::Process => "How they decide",
        ClaimKind::Pricing => "Price and terms",
        ClaimKind::Objection => "Objections",
        ClaimKind::Competitor => "Competitors",
        ClaimKind::Risk => "Risks",
        ClaimKind::BuyingSignal => "Buying signals",
        ClaimKind::NextStep => "Next steps",
    }
}
