//! Whether the best sentences may be called an answer.

use super::Asked;

/// Of the answered questions of the invented sales calls, 95 % have a best sentence this near.
const NEAR: f32 = 0.18;

/// Below this, and without a shared word, a sentence has nothing to do with a question.
const FAR: f32 = 0.12;

/// What can be said of the sentences that were found for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three answers are the law")]
pub enum Standing {
    /// They answer it.
    Answered,
    /// They are the nearest there are, and may not answer it.
    Nearest,
    /// Nothing that was searched has to do with it.
    Nothing,
}

impl Standing {
    /// The word that views show.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Nearest => "nearest",
            Self::Nothing => "nothing",
        }
    }
}

/// What can be said of the best sentence: by the cosine of its nearest reading, and by how many of the
/// question's words it and its neighbours hold.
pub fn standing(asked: &Asked, nearest: f32, shared_words: usize) -> Standing {
    if nearest < FAR && shared_words == 0 {
        Standing::Nothing
    } else if asked.is_yes_or_no() || nearest < NEAR {
        Standing::Nearest
    } else {
        Standing::Answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_near_and_no_guess_at_yes_or_no() {
        let open = Asked::of("Which system makes their bills?");
        let whether = Asked::of("Do they bill in euros?");
        assert_eq!(standing(&open, 0.18, 0), Standing::Answered);
        assert_eq!(standing(&open, 0.17, 0), Standing::Nearest);
        assert_eq!(standing(&open, 0.1, 1), Standing::Nearest);
        assert_eq!(standing(&open, 0.1, 0), Standing::Nothing);
        assert_eq!(standing(&whether, 0.9, 3), Standing::Nearest);
        assert_eq!(standing(&whether, 0.1, 0), Standing::Nothing);
    }
}
