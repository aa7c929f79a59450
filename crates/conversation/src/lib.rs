//! The words of a recorded sales conversation, and the pure functions on them.
//!
//! A [`Call`] has [`Party`]s and a [`Transcript`]; the transcript is cut into [`Passage`]s, which
//! a search index remembers; whatever is found is shown as a [`Citation`]. Nothing here reads a
//! clock, waits, or knows a vendor, so every crate above can share these words.
//!
//! ```
//! use conversation::{PartyId, Sentence, Span, Transcript, Utterance};
//!
//! let said = Utterance::new(vec![
//!     Sentence::new(Span::from_millis(0, 900), "Hello."),
//!     Sentence::new(Span::from_millis(900, 2_400), "Shall we start with pricing?"),
//! ])
//! .by(PartyId::new("p1")?);
//! let transcript = Transcript::new(vec![said]);
//!
//! let second = transcript.sentences().nth(1).expect("two sentences");
//! assert_eq!(second.at.to_string(), "0.1");
//! # Ok::<(), conversation::InvalidId>(())
//! ```

mod call;
mod citation;
mod deal;
mod id;
mod money;
mod neutral;
mod party;
mod passage;
mod period;
mod side;
mod span;
mod split;
mod spoken;
mod transcript;

pub use call::{Call, Direction, Privacy};
pub use citation::Citation;
pub use deal::{DealId, DealSnapshot, DealSource, InvalidDealId};
pub use id::{
    AccountId, CallId, InvalidId, PartyId, PassageId, SpeakerId, Tenant, UserId, WorkspaceId,
};
pub use money::{Currency, InvalidMoney, Money};
pub use neutral::neutral;
pub use party::Party;
pub use passage::{Part, Passage, Revision, SPLITTER_VERSION};
pub use period::{EmptyPeriod, Period};
pub use side::{Side, Sides};
pub use span::Span;
pub use split::{SplitRules, split};
pub use spoken::spoken;
pub use transcript::{Sentence, SentenceRef, SpokenSentence, Transcript, Utterance};
