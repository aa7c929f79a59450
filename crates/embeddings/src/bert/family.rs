//! What is known of published models, for what their own files do not say.

use crate::Pooling;

/// How a family of models is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Family {
    /// What the names of its models contain.
    name: &'static str,
    pub(super) pooling: Pooling,
    pub(super) passage_prefix: &'static str,
    pub(super) query_prefix: &'static str,
    pub(super) max_tokens: usize,
}

/// The first that fits counts.
const FAMILIES: [Family; 5] = [
    Family::plain("all-MiniLM-L6", 256),
    Family::plain("all-MiniLM-L12", 128),
    // "query: " and "passage: ": see the cards of e5-small and multilingual-e5-small.
    Family {
        name: "e5-",
        pooling: Pooling::Mean,
        passage_prefix: "passage: ",
        query_prefix: "query: ",
        max_tokens: 512,
    },
    // The instruction stands on the card of bge-small-en-v1.5; the multilingual bge-m3 is no BERT.
    Family {
        name: "bge-",
        pooling: Pooling::FirstToken,
        passage_prefix: "",
        query_prefix: "Represent this sentence for searching relevant passages: ",
        max_tokens: 512,
    },
    Family::plain("", 512),
];

impl Family {
    const fn plain(name: &'static str, max_tokens: usize) -> Self {
        Self {
            name,
            pooling: Pooling::Mean,
            passage_prefix: "",
            query_prefix: "",
            max_tokens,
        }
    }

    /// The family of a model, by its name.
    pub(super) fn of(model: &str) -> Self {
        let fits = |family: &&Self| model.contains(family.name);
        FAMILIES
            .iter()
            .find(fits)
            .copied()
            .unwrap_or(Self::plain("", 512))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_used_as_its_card_says() {
        let check = |model: &str, pooling, query: &str, passage: &str, tokens| {
            let family = Family::of(model);
            assert_eq!(
                (family.pooling, family.max_tokens),
                (pooling, tokens),
                "{model}"
            );
            assert_eq!(
                (family.query_prefix, family.passage_prefix),
                (query, passage),
                "{model}"
            );
        };

        check("all-MiniLM-L6-v2", Pooling::Mean, "", "", 256);
        check("all-MiniLM-L12-v2", Pooling::Mean, "", "", 128);
        check("e5-small-v2", Pooling::Mean, "query: ", "passage: ", 512);
        check(
            "multilingual-e5-small",
            Pooling::Mean,
            "query: ",
            "passage: ",
            512,
        );
        let instruction = "Represent this sentence for searching relevant passages: ";
        check(
            "bge-small-en-v1.5",
            Pooling::FirstToken,
            instruction,
            "",
            512,
        );
        check(
            "bge-base-en-v1.5",
            Pooling::FirstToken,
            instruction,
            "",
            512,
        );
        check("one-of-our-own", Pooling::Mean, "", "", 512);
    }
}
