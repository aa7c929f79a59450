//! How far a use case is, and what it has to say on the way, for whoever shows it.

use std::sync::Arc;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The model's files are fetched, in bytes.
    Weights,
    /// Calls are fetched and stored.
    Calls,
    /// Calls are brought into the index.
    Index,
    /// What calls hold is found and counted.
    Figures,
    /// Calls are taken out.
    Erase,
    /// Questions are asked.
    Queries,
    /// Keys are wrapped anew.
    Keys,
    /// Rows are copied into another database.
    Copy,
    /// Rows are compared with their copies.
    Compare,
    /// Records are written to the CRM.
    Crm,
}

impl Stage {
    /// What a person reads beside the bar.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Weights => "model",
            Self::Calls => "calls",
            Self::Index => "index",
            Self::Figures => "findings",
            Self::Erase => "erase",
            Self::Queries => "questions",
            Self::Keys => "keys",
            Self::Copy => "copy",
            Self::Compare => "compare",
            Self::Crm => "crm",
        }
    }
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stage, done and total are the meaning"
)]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// How much is done.
    pub done: u64,
    /// How much there is, as far as is known by now; it may grow.
    pub total: Option<u64>,
}

/// Hears how far a use case is. Both are called from any thread and must return at once.
pub trait Listener: Send + Sync {
    /// Hears of a step.
    fn step(&self, step: Step);

    /// Hears something that a person should know, as one plain sentence.
    fn note(&self, note: &str);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Quiet;

impl Listener for Quiet {
    fn step(&self, _step: Step) {}

    fn note(&self, _note: &str) {}
}

/// Passes on what a sync tells.
pub(crate) fn of_sync(listener: Arc<dyn Listener>) -> Arc<dyn gong_sync::Progress> {
    Arc::new(move |step: gong_sync::Step| {
        let stage = match step.stage {
            gong_sync::Stage::Index => Stage::Index,
            gong_sync::Stage::Erase => Stage::Erase,
            _ => Stage::Calls,
        };
        listener.step(Step {
            stage,
            done: step.done,
            total: step.total,
        });
    })
}
