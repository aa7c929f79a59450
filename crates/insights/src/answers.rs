//! Which sentences answer a question, and whether they can be said to.
//!
//! A sentence alone seldom answers: "About nine days" does, after "How long does the close take?".
//! So each is compared with the question in three [`readings`]: with the sentence before it, with
//! what it replies to, and with the three sentences before it. A small model weighs how near they
//! are, whose side speaks, whether the sentence asks itself, and whether it holds the number or
//! date that is asked for ([`rank`]).
//!
//! Nearness does not tell a question that a call answers from one that it only touches: on the
//! invented sales calls both are equally near. What does is the form of the question
//! ([`Asked::is_yes_or_no`]): "Who decides?" is answered by the sentence that names somebody, while
//! "Did they agree?" is not answered by a sentence that speaks of agreeing, because it may say
//! either. So there are three [`Standing`]s, and the nearest sentences of a yes-or-no question are
//! shown as what they are.
//!
//! ```
//! use insights::answers::{Asked, Standing, standing};
//!
//! let asked = Asked::of("Who signs the contract?");
//! assert_eq!(standing(&asked, 0.4, 1), Standing::Answered);
//! assert_eq!(standing(&Asked::of("Did they sign?"), 0.4, 1), Standing::Nearest);
//! assert_eq!(standing(&asked, 0.05, 0), Standing::Nothing);
//! ```

mod asked;
mod ranking;
mod reading;
mod standing;

pub use asked::Asked;
pub use ranking::{Answer, Candidate, answer_features, apart, rank};
pub use reading::{READINGS, readings};
pub use standing::{Standing, standing};
