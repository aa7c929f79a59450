//! The budget of requests that a company has: slots in time and a count a day, for all processes.
//!
//! A vendor counts all tools of a company together, so every process takes its slots from one
//! [`BudgetBook`] that the archive keeps. The book decides as a pure function of what it holds, of
//! what is asked for, and of the time; a [`Budget`] only keeps it and lets one caller at a time at
//! it. A slot is an instant, so one whose holder has died passes by itself.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Error;
use crate::moment::{instant, micros};

/// The furthest ahead that a slot is given; whoever would wait longer is told to ask again.
pub const FURTHEST_SLOT: Duration = Duration::from_mins(1);
/// The longest push-back that is believed. A longer one is asked about again after this time.
pub const LONGEST_PUSH_BACK: Duration = Duration::from_hours(1);
/// The longest time that a caller may need from asking to sending; see [`SlotRequest::ready_in`].
pub const LONGEST_READY: Duration = Duration::from_secs(5);

/// How far ahead background work may take a slot: just enough to be ready for it. What lies further
/// ahead stays free for interactive calls, which so overtake it.
const BACKGROUND_AHEAD: i64 = 100_000;
/// A slot that passed so short a time ago is still good: else each wake-up that comes a moment late
/// would cost a part of the next slot as well.
const GRACE: i64 = 50_000;
/// Clocks of several machines differ, so a day may have begun already for another process.
const SKEW: i64 = 5 * 60 * SECOND;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 60 * 60 * SECOND;

/// How much may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the three numbers are the rule")]
pub struct BudgetRules {
    /// The time between two requests.
    pub spacing: Duration,
    /// The requests of a day (UTC).
    pub daily: u32,
    /// How many of them background work leaves for interactive calls.
    pub kept: u32,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "somebody waits or nobody does")]
pub enum Priority {
    /// Somebody waits for the answer: it overtakes background work and may use the whole day.
    Interactive,
    /// Nobody waits: it lets interactive calls pass and leaves them a part of the day.
    Background,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers make it")]
pub struct SlotRequest {
    /// Who asks.
    pub priority: Priority,
    /// How much may be asked.
    pub rules: BudgetRules,
    /// How long it takes until the caller has the answer: a slot that is over by then would be
    /// lost. At most [`LONGEST_READY`] is believed.
    pub ready_in: Duration,
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum Slot {
    /// One request may be sent at this instant, and not before.
    At(Timestamp),
    /// Nothing was given; ask again at this instant.
    Later(Timestamp),
    /// The day's requests are spent until this instant.
    Spent(Timestamp),
}

/// A slot and the book after it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "implementations of the seam make it"
)]
pub struct Taken {
    /// The slot.
    pub slot: Slot,
    /// The book.
    pub book: BudgetBook,
}

/// The company's budget, kept for all processes.
///
/// Laws, which [`crate::conformance::check_budget`] checks: what [`BudgetBook`] decides is decided
/// on the newest book and kept before anybody else asks, so no two callers get slots that lie
/// closer together than the spacing, and none is lost from the day's count.
#[async_trait]
pub trait Budget: Send + Sync {
    /// Asks for a slot.
    async fn take_slot(&self, asked: &SlotRequest, now: Timestamp) -> Result<Taken, Error>;

    /// Nobody is given a slot before `until`: the vendor has said so.
    async fn push_back(&self, until: Timestamp, now: Timestamp) -> Result<(), Error>;

    /// The book as it stands.
    async fn book(&self) -> Result<BudgetBook, Error>;
}

/// What is known of a company's budget.
///
/// The clock may jump. A day that begins later than the clock says is not waited for, nor is a
/// slot further ahead than any that is given out: both are signs that the clock was set back, and
/// then the book follows the clock. The count of the day is kept in that case, so that setting a
/// clock does not make a second day of one.
///
/// ```
/// use std::time::Duration;
/// use call_archive::{BudgetBook, BudgetRules, Priority, Slot, SlotRequest};
/// use jiff::{SignedDuration, Timestamp};
///
/// let rules = BudgetRules { spacing: Duration::from_millis(400), daily: 10_000, kept: 500 };
/// let asked = SlotRequest { priority: Priority::Interactive, rules, ready_in: Duration::ZERO };
/// let now: Timestamp = "2026-03-02T10:00:00Z".parse()?;
/// let mut book = BudgetBook::default();
///
/// assert_eq!(book.take(&asked, now), Slot::At(now));
/// assert_eq!(book.take(&asked, now), Slot::At(now + SignedDuration::from_millis(400)));
/// assert_eq!(book.left(&rules, now).interactive, 9_998);
/// assert_eq!(book.left(&rules, now).background, 9_498);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BudgetBook {
    /// Days since 1970.
    pub(crate) day: i64,
    pub(crate) spent: u32,
    /// When the next slot is, in microseconds since 1970.
    pub(crate) next: i64,
    /// No slot before this.
    pub(crate) pushed_until: i64,
}

/// What is left of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetLeft {
    /// The requests that were taken.
    pub spent: u32,
    /// What interactive calls may still take.
    pub interactive: u32,
    /// What background work may still take.
    pub background: u32,
    /// When the next day begins.
    pub next_day: Timestamp,
    /// Until when the vendor wants nobody to ask, if it does.
    pub pushed_until: Option<Timestamp>,
}

impl BudgetBook {
    /// Decides about a slot and takes it.
    pub fn take(&mut self, asked: &SlotRequest, now: Timestamp) -> Slot {
        let rules = &asked.rules;
        let now = micros(now);
        self.follow_clock(now, rules);
        if self.spent >= allowed(rules, asked.priority) {
            return Slot::Spent(at((self.day + 1).saturating_mul(DAY)));
        }
        let ready = now.saturating_add(length(asked.ready_in.min(LONGEST_READY)));
        let due = self.next.max(self.pushed_until);
        let slot = if due.saturating_add(GRACE) >= ready {
            due
        } else {
            ready
        };
        let ahead = match asked.priority {
            Priority::Interactive => length(FURTHEST_SLOT),
            Priority::Background => BACKGROUND_AHEAD,
        };
        let last = ready.saturating_add(ahead);
        if slot > last {
            return Slot::Later(at(now.saturating_add(slot - last)));
        }
        self.next = slot.saturating_add(length(rules.spacing));
        self.spent += 1;
        Slot::At(at(slot))
    }

    /// Gives no slot before `until`.
    pub fn push_back(&mut self, until: Timestamp, now: Timestamp) {
        let latest = micros(now).saturating_add(length(LONGEST_PUSH_BACK));
        if self.pushed_until > latest {
            self.pushed_until = 0;
        }
        self.pushed_until = self.pushed_until.max(micros(until).min(latest));
    }

    /// What is left of the day.
    pub fn left(&self, rules: &BudgetRules, now: Timestamp) -> BudgetLeft {
        let mut book = *self;
        let now = micros(now);
        book.follow_clock(now, rules);
        let left = |priority| allowed(rules, priority).saturating_sub(book.spent);
        BudgetLeft {
            spent: book.spent,
            interactive: left(Priority::Interactive),
            background: left(Priority::Background),
            next_day: at((book.day + 1).saturating_mul(DAY)),
            pushed_until: (book.pushed_until > now).then(|| at(book.pushed_until)),
        }
    }

    fn follow_clock(&mut self, now: i64, rules: &BudgetRules) {
        let today = now.div_euclid(DAY);
        if today > self.day {
            (self.day, self.spent) = (today, 0);
        } else if self.day.saturating_mul(DAY).saturating_sub(now) > SKEW {
            self.day = today;
        }
        let ahead = [FURTHEST_SLOT, LONGEST_READY, rules.spacing].map(length);
        let furthest = ahead.into_iter().fold(now, i64::saturating_add);
        if self.next > furthest {
            // Slots of the time before may still be on their way: a second of quiet.
            self.next = now.saturating_add(SECOND);
        }
        if self.pushed_until > now.saturating_add(length(LONGEST_PUSH_BACK)) {
            self.pushed_until = 0;
        }
    }
}

fn allowed(rules: &BudgetRules, priority: Priority) -> u32 {
    match priority {
        Priority::Interactive => rules.daily,
        Priority::Background => rules.daily.saturating_sub(rules.kept),
    }
}

fn length(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Nothing here is further from the caller's own time than a day.
fn at(micros: i64) -> Timestamp {
    instant(micros).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
