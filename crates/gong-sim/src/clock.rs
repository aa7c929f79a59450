//! The simulator's own clock, which a test can hold still and move.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// What time it is for the pretended Gong: cursor life, late calls and the daily limit follow it.
///
/// Clones share one clock. It can run with the system's time or stand still; either can be moved, also backwards.
///
/// ```
/// use gong_sim::SimClock;
///
/// let clock = SimClock::fixed("2026-03-02T09:00:00Z".parse().unwrap());
/// clock.advance("1h30m".parse().unwrap());
/// assert_eq!(clock.now(), "2026-03-02T10:30:00Z".parse().unwrap());
/// ```
#[derive(Clone, Debug)]
pub struct SimClock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    stands_at: Option<Timestamp>,
    moved_by: Mutex<SignedDuration>,
}

impl SimClock {
    /// A clock that runs with the system's time.
    pub fn system() -> Self {
        Self::new(None)
    }

    /// A clock that stands at `instant` until it is moved.
    pub fn fixed(instant: Timestamp) -> Self {
        Self::new(Some(instant))
    }

    fn new(stands_at: Option<Timestamp>) -> Self {
        let moved_by = Mutex::new(SignedDuration::ZERO);
        Self(Arc::new(Inner {
            stands_at,
            moved_by,
        }))
    }

    /// The simulated instant, kept within what a timestamp can hold.
    pub fn now(&self) -> Timestamp {
        let base = self.0.stands_at.unwrap_or_else(Timestamp::now);
        let moved_by = *self
            .0
            .moved_by
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let limit = if moved_by.is_negative() {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        base.checked_add(moved_by).unwrap_or(limit)
    }

    /// Moves the clock; a negative duration moves it backwards.
    pub fn advance(&self, by: SignedDuration) {
        let mut moved_by = self
            .0
            .moved_by
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *moved_by = moved_by.saturating_add(by);
    }
}

impl Default for SimClock {
    fn default() -> Self {
        Self::system()
    }
}
