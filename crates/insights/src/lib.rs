//! What was asked, promised, doubted and compared in one call, each with its evidence.
//!
//! A [`CallView`] is a call as detectors see it. A [`Detector`] is a pure function from it to
//! [`Finding`]s, and a finding cannot be made without [`Evidence`]: sentences that are cited, a
//! search and what it covered, or rows that were counted. Each carries its [`Provenance`], so that
//! it can be made again from the same words, byte by byte. There is no clock here, nothing waits,
//! and nothing is read or written: sentence vectors and the CRM's facts are handed in.
//!
//! From calls to the quarter: [`deals`] warns of what stands against a deal as of any day,
//! [`pipeline`] and [`forecast`] count, [`competitors`] and [`coaching`] compare. All of them refuse
//! with their reason where [`inference`] says that the data is thin.
//!
//! ```
//! use insights::{Watched, detect, detectors, testing::call_of};
//!
//! let call = call_of(&[
//!     ("ours", "What would you like to see change?"),
//!     ("theirs", "The month-end close takes nine days."),
//! ]);
//! let found = detect(&detectors(&Watched::default()), &call.view())?;
//!
//! let cited = found[0].evidence().place().expect("a question is cited");
//! assert_eq!((found[0].kind().as_str(), cited.sentence.to_string()), ("question", "0.0".into()));
//! # Ok::<(), insights::DetectError>(())
//! ```

mod digest;
mod evidence;
mod finding;
mod value;

mod call_view;
mod detector;

pub mod answers;
pub mod classifier;
pub mod coaching;
pub mod competitors;
pub mod deals;
mod detect;
mod entities;
pub mod features;
pub mod forecast;
pub mod highlights;
pub mod inference;
pub mod linear;
mod logistic;
mod models;
pub mod pipeline;
mod risk;
pub mod statistics;
pub mod summary;
pub mod text;
pub mod trackers;

pub mod testing;

pub use call_view::{CallView, CrmFacts, Line, SentenceVectors, by_place};
pub use detect::{
    BuyingSignals, Competitors, Filler, NextSteps, Objections, Pain, Pricing, Process, Questions,
    RedFlags, Watch, Watched, detectors, due_dates, is_punctuated, plain_question_features,
};
pub use detector::{DetectError, Detector, DetectorSpec, Reads, detect};
pub use digest::Digest;
pub use entities::{Entity, EntityKind, entities};
pub use evidence::{Evidence, NonEmpty};
pub use finding::{Confidence, Finding, Provenance};
pub use risk::risk;
pub use value::{Form, Kind, ObjectionKind, Owner, RedFlagKind, Stance, StepStatus, Value};
