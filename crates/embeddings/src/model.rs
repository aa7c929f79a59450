//! What has to be known of a model before its vectors can be compared.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use crate::Error;

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pooling {
    /// The mean over all tokens of the text.
    Mean,
    /// The vector of the first token.
    FirstToken,
}

impl fmt::Display for Pooling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::FirstToken => "first-token",
        })
    }
}

impl FromStr for Pooling {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "mean" => Ok(Self::Mean),
            "first-token" => Ok(Self::FirstToken),
            _ => Err(Error::SpaceRecord { field: "pooling" }),
        }
    }
}

/// A model, and everything about it that changes a vector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Model {
    name: String,
    weights_sha256: String,
    dimensions: NonZeroUsize,
    pooling: Pooling,
    passage_prefix: String,
    query_prefix: String,
    max_tokens: NonZeroUsize,
}

impl Model {
    /// Describes a model with mean pooling and without prefixes.
    pub fn new(
        name: impl Into<String>,
        weights_sha256: impl Into<String>,
        dimensions: NonZeroUsize,
        max_tokens: NonZeroUsize,
    ) -> Self {
        Self {
            name: name.into(),
            weights_sha256: weights_sha256.into(),
            dimensions,
            pooling: Pooling::Mean,
            passage_prefix: String::new(),
            query_prefix: String::new(),
            max_tokens,
        }
    }

    /// Sets how token vectors become one.
    #[must_use = "the model is returned, not changed in place"]
    pub fn pooled_by(mut self, pooling: Pooling) -> Self {
        self.pooling = pooling;
        self
    }

    /// Sets what is put before a passage and before a query.
    #[must_use = "the model is returned, not changed in place"]
    pub fn with_prefixes(mut self, passage: impl Into<String>, query: impl Into<String>) -> Self {
        self.passage_prefix = passage.into();
        self.query_prefix = query.into();
        self
    }

    /// The name by which people know the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sha256 of the weights in hex, or a word for a model that has none.
    pub fn weights_sha256(&self) -> &str {
        &self.weights_sha256
    }

    /// The number of values in a vector.
    pub fn dimensions(&self) -> NonZeroUsize {
        self.dimensions
    }

    /// How token vectors become one.
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// What the embedder puts before a passage.
    pub fn passage_prefix(&self) -> &str {
        &self.passage_prefix
    }

    /// What the embedder puts before a query.
    pub fn query_prefix(&self) -> &str {
        &self.query_prefix
    }

    /// The number of tokens, special ones included, past which a text is cut.
    pub fn max_tokens(&self) -> NonZeroUsize {
        self.max_tokens
    }
}
