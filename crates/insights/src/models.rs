//! The small models that are shipped: numbers over hashed features, trained by `xtask`.

use std::sync::LazyLock;

use crate::linear::Linear;

macro_rules! model {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        pub(crate) static $name: LazyLock<Linear> = LazyLock::new(|| {
            Linear::from_bytes(include_bytes!(concat!("models/", $file)))
                .expect("a shipped model reads, which a test holds")
        });
    };
}

model!(
    /// Whether a sentence answers a question.
    ANSWERS,
    "answers.bin"
);
model!(
    /// Whether a sentence without punctuation is a question.
    QUESTIONS,
    "questions.bin"
);
model!(
    /// Whether people would name an utterance when they sum up the call.
    SALIENCE,
    "salience.bin"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_model_reads() {
        for model in [&ANSWERS, &QUESTIONS, &SALIENCE] {
            assert_ne!(**model, Linear::new([], 0.0, 0.0), "it was trained");
        }
    }
}
