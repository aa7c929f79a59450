//! What a model is asked to write, and for whom.

use crate::ClaimKind;

/// Who reads a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Audience {
    /// Whoever was on the call and goes on with it.
    Seller,
    /// Whoever coaches and forecasts.
    Manager,
    /// Whoever has a minute.
    Executive,
    /// Whoever looks after the customer once they have bought.
    CustomerSuccess,
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Seller,
        Self::Manager,
        Self::Executive,
        Self::CustomerSuccess,
    ];

    /// The word of flags and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "rep",
            Self::Manager => "manager",
            Self::Executive => "exec",
            Self::CustomerSuccess => "customer-success",
        }
    }

    /// The audience of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Task {
    /// One call, for an audience.
    CallSummary(Audience),
    /// All that was said with one customer.
    AccountBrief,
    /// All that was said about one deal.
    DealBrief,
    /// An answer to a question from passages, or that they do not answer it.
    Answer {
        /// The question.
        question: String,
    },
}

impl Task {
    /// Its name in views and records.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::CallSummary(_) => "call_summary",
            Self::AccountBrief => "account_brief",
            Self::DealBrief => "deal_brief",
            Self::Answer { .. } => "answer",
        }
    }

    /// The kinds of claims that may be made.
    pub fn kinds(&self) -> &'static [ClaimKind] {
        use ClaimKind as K;
        match self {
            Self::CallSummary(Audience::Seller) => &[
                K::Point,
                K::Pain,
                K::Requirement,
                K::Process,
                K::Pricing,
                K::Objection,
                K::Competitor,
                K::BuyingSignal,
                K::NextStep,
            ],
            Self::CallSummary(Audience::Manager) | Self::DealBrief => &[
                K::Point,
                K::Pain,
                K::Process,
                K::Pricing,
                K::Objection,
                K::Competitor,
                K::Risk,
                K::BuyingSignal,
                K::NextStep,
            ],
            Self::CallSummary(Audience::Executive) => &[K::Point, K::Pricing, K::Risk, K::NextStep],
            Self::CallSummary(Audience::CustomerSuccess) => &[
                K::Point,
                K::Pain,
                K::Requirement,
                K::Objection,
                K::Risk,
                K::NextStep,
            ],
            Self::AccountBrief => &[
                K::Point,
                K::Pain,
                K::Requirement,
                K::Process,
                K::Competitor,
                K::Risk,
                K::NextStep,
            ],
            Self::Answer { .. } => &[K::Answer],
        }
    }

    /// How many statements are shown at most.
    pub const fn most(&self) -> usize {
        match self {
            Self::CallSummary(Audience::Seller) => 20,
            Self::CallSummary(Audience::Manager | Audience::CustomerSuccess) => 14,
            Self::CallSummary(Audience::Executive) => 6,
            Self::AccountBrief | Self::DealBrief => 24,
            Self::Answer { .. } => 4,
        }
    }

    /// What the model is told.
    pub fn instructions(&self) -> String {
        let aim = match self {
            Self::CallSummary(Audience::Seller) => {
                "Pick out of this sales call what the seller needs in order to go on with it: problems, \
                 needs, prices, doubts, and every step that was agreed."
            }
            Self::CallSummary(Audience::Manager) => {
                "Pick out of this sales call what a sales manager needs: how the customer decides, \
                 what could stop the deal, competitors, and what was agreed."
            }
            Self::CallSummary(Audience::Executive) => {
                "Pick out of this sales call the few things that an executive with one minute needs."
            }
            Self::CallSummary(Audience::CustomerSuccess) => {
                "Pick out of this sales call what whoever looks after the customer from now on needs: \
                 what they want to reach, what they were promised, what worries them, and what is next."
            }
            Self::AccountBrief => {
                "Pick out of these calls with one customer what somebody new to them needs to know; \
                 where calls differ, the later one counts."
            }
            Self::DealBrief => {
                "Pick out of these calls about one deal where it stands: problem, price, process, \
                 doubts, competitors, risks and next steps; where calls differ, the later one counts."
            }
            Self::Answer { question } => {
                return format!(
                    "Answer this question from the data, and from nothing else: \"{}\". If the data \
                     does not answer it, return no claims. {RULES}",
                    question.replace('"', "'")
                );
            }
        };
        format!("{aim} {RULES}")
    }
}

const RULES: &str = "Return claims. Each is one plain sentence of at most 25 words that says only what \
its sentences say. Write \"the customer\" for the side marked theirs and \"we\" for the side marked \
ours, or name who spoke. Give in sentence_ids the numbers of the sentences that say it, one to four, \
like \"S12\". Copy numbers, amounts, dates and names as they were said. Do not quote, do not guess, \
use no links and no markup. owner is ours, theirs, both or null; due is a date like 2026-03-12 or \
null; both only for next steps. A sentence that reads (withheld) says nothing. If there is nothing to \
say of a type, say nothing: an empty list is a good answer.";
