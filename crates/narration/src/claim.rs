//! What a model says about a call: a type, a text, and the sentences it rests on.

use serde_json::{Value, json};

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ClaimKind {
    /// An answer to the question that was asked.
    Answer,
    /// Something else that matters.
    Point,
    /// A problem of the customer's.
    Pain,
    /// What the customer needs.
    Requirement,
    /// How the customer decides.
    Process,
    /// Prices and terms.
    Pricing,
    /// A reason against.
    Objection,
    /// A competitor.
    Competitor,
    /// What could stop the deal.
    Risk,
    /// A sign of willingness.
    BuyingSignal,
    /// A step after this call.
    NextStep,
}

impl ClaimKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Answer,
        Self::Point,
        Self::Pain,
        Self::Requirement,
        Self::Process,
        Self::Pricing,
        Self::Objection,
        Self::Competitor,
        Self::Risk,
        Self::BuyingSignal,
        Self::NextStep,
    ];

    /// The word of the schema and of views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Point => "point",
            Self::Pain => "pain",
            Self::Requirement => "requirement",
            Self::Process => "process",
            Self::Pricing => "pricing",
            Self::Objection => "objection",
            Self::Competitor => "competitor",
            Self::Risk => "risk",
            Self::BuyingSignal => "buying_signal",
            Self::NextStep => "next_step",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether only the customer's own words can bear it.
    pub const fn is_theirs(self) -> bool {
        matches!(
            self,
            Self::Pain
                | Self::Requirement
                | Self::Process
                | Self::Objection
                | Self::Risk
                | Self::BuyingSignal
        )
    }
}

/// A claim as a model made it: nothing in it is believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// What it is about.
    pub kind: ClaimKind,
    /// What it says, in one sentence.
    pub text: String,
    /// Who has to act: `ours`, `theirs`, `both`, or a name.
    pub owner: Option<String>,
    /// By when, as a date.
    pub due: Option<String>,
    /// The numbers of the sentences it rests on.
    pub sentences: Vec<u32>,
}

impl Claim {
    /// A claim of this kind that rests on these sentences.
    pub fn new(kind: ClaimKind, text: impl Into<String>, sentences: Vec<u32>) -> Self {
        Self {
            kind,
            text: text.into(),
            owner: None,
            due: None,
            sentences,
        }
    }

    /// Reads a claim; `None` where it is none.
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| {
            let text = value.get(name).and_then(Value::as_str)?.trim();
            (!text.is_empty() && text != "null").then(|| text.to_owned())
        };
        let sentence = |id: &Value| match id {
            Value::String(id) => id
                .trim_matches(|c: char| !c.is_ascii_alphanumeric())
                .trim_start_matches(['S', 's'])
                .parse()
                .ok(),
            id => id.as_u64().and_then(|id| u32::try_from(id).ok()),
        };
        let ids = value.get("sentence_ids").and_then(Value::as_array)?;
        Some(Self {
            kind: ClaimKind::from_word(&text("type")?)?,
            text: text("text")?,
            owner: text("owner"),
            due: text("due"),
            sentences: ids.iter().map(sentence).collect::<Option<Vec<u32>>>()?,
        })
    }

    /// The schema of an answer that holds claims of these kinds, at most so many. Nothing in it is
    /// without an end: a model that goes on and on is stopped by its server, where it heeds that.
    pub fn schema(kinds: &[ClaimKind], most: u32) -> Value {
        let words: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
        json!({
            "type": "object",
            "properties": {
                "claims": {
                    "type": "array",
                    "maxItems": most,
                    "items": {
                        "type": "object",
                        "properties": {
                            "type": {"type": "string", "enum": words},
                            "text": {"type": "string", "maxLength": LONGEST_TEXT},
                            "owner": {"type": ["string", "null"], "maxLength": LONGEST_OWNER},
                            "due": {"type": ["string", "null"], "maxLength": LONGEST_DUE},
                            "sentence_ids": {
                                "type": "array",
                                "maxItems": MOST_SENTENCES,
                                "items": {"type": "string", "maxLength": LONGEST_ID},
                            },
                        },
                        "required": ["type", "text", "owner", "due", "sentence_ids"],
                        "additionalProperties": false,
                    },
                },
            },
            "required": ["claims"],
            "additionalProperties": false,
        })
    }
}

/// The bounds of a claim are what the instructions ask for, with room to spare: 25 words, a name, a
/// date, one to four sentences.
const LONGEST_TEXT: u32 = 240;
const LONGEST_OWNER: u32 = 40;
const LONGEST_DUE: u32 = 10;
const MOST_SENTENCES: u32 = 4;
const LONGEST_ID: u32 = 6;

/// What a claim takes at most that fills each of its bounds, in tokens of ordinary words.
pub(crate) const TOKENS_OF_A_CLAIM: u32 = 160;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_models_write_them() {
        let claim = |ids: Value| {
            Claim::from_json(
                &json!({"type": "pain", "text": " Slow. ", "owner": null, "due": "null", "sentence_ids": ids}),
            )
        };
        let expected = Some(Claim::new(ClaimKind::Pain, "Slow.", vec![12, 3]));
        assert_eq!(claim(json!(["S12", "[S3]"])), expected);
        assert_eq!(claim(json!(["12", 3])), expected);
        assert_eq!(claim(json!(["S1.2"])), None);
        assert_eq!(
            Claim::from_json(&json!({"type": "gossip", "text": "x", "sentence_ids": []})),
            None
        );
    }
}
