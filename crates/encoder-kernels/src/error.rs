//! What can be wrong with a model or its input.

/// Why a model could not be packed or a text not be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The shape is not one that these kernels compute; another engine may.
    #[error("these kernels do not compute a model whose {what}")]
    Shape {
        /// What is wrong with it, as the end of a sentence.
        what: &'static str,
    },

    /// A tensor has other dimensions than the shape asks for.
    #[error("tensor {name} has dimensions {found:?}, not {expected:?}")]
    Dimensions {
        /// The tensor.
        name: String,
        /// What the shape asks for.
        expected: Vec<usize>,
        /// What it has.
        found: Vec<usize>,
    },

    /// A tensor could not be read.
    #[error("tensor {name} cannot be read")]
    Tensor {
        /// The tensor.
        name: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A text without a token has no vector.
    #[error("a text needs a token")]
    NoToken,

    /// A text is longer than the model has places.
    #[error("a text of {tokens} tokens is longer than the model's {places} places")]
    TooLong {
        /// The tokens of the text.
        tokens: usize,
        /// The places of the model.
        places: usize,
    },

    /// A token is none of the model's.
    #[error("token {id} is not in the vocabulary of {vocabulary}")]
    UnknownToken {
        /// The token.
        id: u32,
        /// How many there are.
        vocabulary: usize,
    },
}
