//! How far a run is, for whoever draws bars.

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Asking Gong and storing what it tells, in calls.
    Calls,
    /// Bringing calls into the index, in calls.
    Index,
    /// Taking calls out, in calls.
    Erase,
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// How many are done.
    pub done: u64,
    /// How many there are, as far as is known by now; it may grow.
    pub total: Option<u64>,
}

/// Hears how far a run is. It is called often and must return at once.
pub trait Progress: Send + Sync {
    /// Hears of a step.
    fn step(&self, step: Step);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _step: Step) {}
}

impl<F: Fn(Step) + Send + Sync> Progress for F {
    fn step(&self, step: Step) {
        self(step);
    }
}
