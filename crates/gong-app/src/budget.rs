//! The company's pace: slots and the day's count from the archive, shared by every process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use call_archive::{
    Budget, BudgetBook, BudgetRules, LONGEST_READY, Priority, Slot, SlotRequest, Taken,
};
use gong_client::{Operation, Pace, SPACING, Spent};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};

use crate::{Config, Listener, metrics};

/// How late after its instant a slot is still used. Later (a machine that slept, a disk that
/// stalled), a request would come too close to those of the next slots.
const LATEST: Duration = Duration::from_millis(100);
/// How long the archive may take to give a slot, before this process keeps the pace by itself.
const TAKE_WITHIN: Duration = Duration::from_secs(2);
/// Whoever is told to ask later asks at least this often: the clock may have been set meanwhile.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// The rules that the configuration gives.
pub(crate) fn rules(config: &Config) -> BudgetRules {
    let gong = &config.settings.gong;
    BudgetRules {
        spacing: SPACING,
        daily: gong.daily_requests,
        kept: gong.daily_reserve,
    }
}

/// A pace whose slots and whose count of the day are those of the whole company.
///
/// A slot is taken ahead of its instant, so a process by itself loses no time to the archive's
/// commits; waiting is by a clock that cannot be set. While the archive cannot be written, the
/// process goes on by the book as it last saw it, and says so once: slower for all it knows, and
/// never without a limit.
pub(crate) struct CompanyPace {
    budget: Option<Arc<dyn Budget>>,
    priority: Priority,
    rules: BudgetRules,
    now: fn() -> Timestamp,
    listener: Arc<dyn Listener>,
    /// Background callers of one process ask one after the other.
    turn: Semaphore,
    own: Mutex<Own>,
}

/// What this process knows by itself.
struct Own {
    book: BudgetBook,
    /// How long it took lately to be given a slot.
    ready_in: Duration,
    has_told: bool,
}

impl CompanyPace {
    /// A pace by this budget; without one, by what this process sends.
    pub(crate) fn new(
        budget: Option<Arc<dyn Budget>>,
        priority: Priority,
        rules: BudgetRules,
        now: fn() -> Timestamp,
        listener: Arc<dyn Listener>,
    ) -> Self {
        let own = Own {
            book: BudgetBook::default(),
            ready_in: Duration::ZERO,
            has_told: false,
        };
        Self {
            budget,
            priority,
            rules,
            now,
            listener,
            turn: Semaphore::new(1),
            own: Mutex::new(own),
        }
    }

    fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, now: Timestamp) -> Slot {
        let asked = SlotRequest {
            priority: self.priority,
            rules: self.rules,
            ready_in: self.own().ready_in,
        };
        let start = Instant::now();
        let taken = match &self.budget {
            Some(budget) => shared(budget.as_ref(), &asked, now).await,
            None => Err(None),
        };
        let mut own = self.own();
        let took = start.elapsed().min(LONGEST_READY);
        own.ready_in = took.max(own.ready_in / 2);
        let slot = match taken {
            Ok(Taken { slot, book }) => {
                own.book = book;
                slot
            }
            Err(problem) => {
                if let Some(problem) = problem
                    && !std::mem::replace(&mut own.has_told, true)
                {
                    self.listener.note(&format!(
                        "The company's budget of requests cannot be kept in the archive \
                         ({problem}): this process keeps to Gong's limits by itself."
                    ));
                }
                own.book.take(&asked, now)
            }
        };
        metrics::requests_left(&own.book.left(&self.rules, now));
        slot
    }
}

async fn shared(
    budget: &dyn Budget,
    asked: &SlotRequest,
    now: Timestamp,
) -> Result<Taken, Option<String>> {
    match timeout(TAKE_WITHIN, budget.take_slot(asked, now)).await {
        Ok(Ok(taken)) => Ok(taken),
        Ok(Err(error)) => Err(Some(error.to_string())),
        Err(_late) => Err(Some("it does not answer in time".to_owned())),
    }
}

#[async_trait]
impl Pace for CompanyPace {
    async fn permit(&self, _operation: &Operation) -> Result<(), Spent> {
        let _turn = match self.priority {
            Priority::Background => self.turn.acquire().await.ok(),
            Priority::Interactive => None,
        };
        loop {
            let start = Instant::now();
            let now = (self.now)();
            let until = |at: Timestamp| at.duration_since(now);
            match self.ask(now).await {
                Slot::At(at) => {
                    let due = moved(start, until(at));
                    sleep_until(due).await;
                    if due.elapsed() <= LATEST {
                        return Ok(());
                    }
                }
                Slot::Later(at) => {
                    let wait = Duration::try_from(until(at)).unwrap_or_default();
                    sleep_until(start + wait.min(ASK_AGAIN)).await;
                }
                Slot::Spent(until) => return Err(Spent { until: Some(until) }),
            }
        }
    }

    async fn pushed_back(&self, wait: Duration) {
        let now = (self.now)();
        let until = SignedDuration::try_from(wait)
            .ok()
            .and_then(|wait| now.checked_add(wait).ok())
            .unwrap_or(Timestamp::MAX);
        self.own().book.push_back(until, now);
        if let Some(budget) = &self.budget
            && let Err(error) = budget.push_back(until, now).await
        {
            tracing::warn!(%error, "that Gong pushed back could not be told to other processes");
        }
    }
}

impl fmt::Debug for CompanyPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompanyPace")
            .field("priority", &self.priority)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// An instant moved either way.
fn moved(from: Instant, by: SignedDuration) -> Instant {
    let length = by.unsigned_abs();
    let there = if by.is_negative() {
        from.checked_sub(length)
    } else {
        from.checked_add(length)
    };
    there.unwrap_or(from)
}

#[cfg(test)]
mod tests;
