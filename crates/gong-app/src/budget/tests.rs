//! The company's pace: in step with the archive, and by itself when it must be.

use std::sync::atomic::{AtomicBool, Ordering};

use call_archive::{Error, ErrorKind, MemoryArchive};
use gong_client::{ListWorkspaces, Request as _};

use super::*;
use crate::Step;

/// The clock of a test follows its paused time.
fn clock() -> Timestamp {
    thread_local! {
        static BEGUN: Instant = Instant::now();
    }
    let noon: Timestamp = "2026-11-24T12:00:00Z".parse().expect("an instant");
    let passed = BEGUN.with(Instant::elapsed);
    noon + SignedDuration::try_from(passed).expect("a short time")
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Listener for Heard {
    fn step(&self, _step: Step) {}

    fn note(&self, note: &str) {
        self.0.lock().expect("unpoisoned").push(note.to_owned());
    }
}

/// A budget that cannot be kept while it is broken.
#[derive(Default)]
struct Shaky {
    archive: MemoryArchive,
    is_broken: AtomicBool,
}

impl Shaky {
    fn check(&self) -> Result<(), Error> {
        if self.is_broken.load(Ordering::Relaxed) {
            Err(Error::new(ErrorKind::Storage, "the disk is read-only"))
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl Budget for Shaky {
    async fn take_slot(&self, asked: &SlotRequest, now: Timestamp) -> Result<Taken, Error> {
        self.check()?;
        self.archive.take_slot(asked, now).await
    }

    async fn push_back(&self, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        self.check()?;
        self.archive.push_back(until, now).await
    }

    async fn book(&self) -> Result<BudgetBook, Error> {
        self.archive.book().await
    }
}

fn small(daily: u32, kept: u32) -> BudgetRules {
    BudgetRules {
        spacing: SPACING,
        daily,
        kept,
    }
}

fn pace(budget: &Arc<Shaky>, priority: Priority, rules: BudgetRules) -> (CompanyPace, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let budget = Arc::clone(budget) as Arc<dyn Budget>;
    let listener = Arc::clone(&heard) as Arc<dyn Listener>;
    let pace = CompanyPace::new(Some(budget), priority, rules, clock, listener);
    (pace, heard)
}

async fn permit(pace: &CompanyPace) -> Result<(), Spent> {
    pace.permit(&ListWorkspaces::OPERATION).await
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_one_row_of_slots_and_lose_none() {
    let budget = Arc::new(Shaky::default());
    let (one, _) = pace(&budget, Priority::Background, small(10_000, 500));
    let (other, _) = pace(&budget, Priority::Background, small(10_000, 500));
    let start = Instant::now();
    let ten = async |pace: &CompanyPace| {
        let mut sent = Vec::new();
        for _ in 0..10 {
            permit(pace).await.expect("granted");
            sent.push(start.elapsed());
        }
        sent
    };

    let (first, second) = tokio::join!(ten(&one), ten(&other));

    let mut sent = [first, second].concat();
    sent.sort_unstable();
    let gaps = sent.windows(2).map(|two| two[1].saturating_sub(two[0]));
    assert!(gaps.min() >= Some(Duration::from_millis(350)), "{sent:?}");
    assert!(sent[19] <= 19 * SPACING + LATEST, "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn an_interactive_call_overtakes_background_work_that_waits() {
    let budget = Arc::new(Shaky::default());
    let (background, _) = pace(&budget, Priority::Background, small(10_000, 500));
    let (interactive, _) = pace(&budget, Priority::Interactive, small(10_000, 500));
    let start = Instant::now();
    permit(&background).await.expect("granted");
    let work = async {
        for _ in 0..5 {
            permit(&background).await.expect("granted");
        }
        start.elapsed()
    };
    let call = async {
        // The background work waits for the slot at 400 ms by now.
        tokio::time::sleep(Duration::from_millis(10)).await;
        permit(&interactive).await.expect("granted");
        start.elapsed()
    };

    let (worked, called) = tokio::join!(work, call);

    assert!(called <= SPACING + LATEST, "{called:?}");
    assert!(worked >= 6 * SPACING, "it gave a slot up: {worked:?}");
}

#[tokio::test(start_paused = true)]
async fn background_work_leaves_the_rest_of_the_day_to_interactive_calls() {
    let budget = Arc::new(Shaky::default());
    let (background, _) = pace(&budget, Priority::Background, small(3, 1));
    let (interactive, _) = pace(&budget, Priority::Interactive, small(3, 1));
    permit(&background).await.expect("granted");
    permit(&background).await.expect("granted");

    let spent = permit(&background).await.expect_err("refused");

    let midnight = "2026-11-25T00:00:00Z".parse().expect("an instant");
    assert_eq!(spent.until, Some(midnight));
    permit(&interactive).await.expect("granted");
    permit(&interactive).await.expect_err("refused");
}

#[tokio::test(start_paused = true)]
async fn when_gong_pushes_one_process_back_all_wait() {
    let budget = Arc::new(Shaky::default());
    let (one, _) = pace(&budget, Priority::Background, small(10_000, 500));
    let (other, _) = pace(&budget, Priority::Interactive, small(10_000, 500));
    one.pushed_back(Duration::from_secs(9)).await;
    let start = Instant::now();

    permit(&other).await.expect("granted");

    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(9), "{waited:?}");
    assert!(waited <= Duration::from_secs(10), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn without_the_archive_a_process_keeps_the_pace_and_the_count_and_says_so_once() {
    let budget = Arc::new(Shaky::default());
    let (pace, heard) = pace(&budget, Priority::Interactive, small(5, 1));
    permit(&pace).await.expect("granted");
    budget.is_broken.store(true, Ordering::Relaxed);
    let start = Instant::now();

    for _ in 0..4 {
        permit(&pace).await.expect("granted");
    }

    assert!(start.elapsed() + LATEST >= 4 * SPACING, "never unlimited");
    let spent = permit(&pace).await;
    assert!(spent.is_err(), "the count went on from where it was");
    let notes = heard.0.lock().expect("unpoisoned");
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("the disk is read-only"), "{notes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slot_that_passed_while_the_machine_slept_is_not_used() {
    let budget = Arc::new(Shaky::default());
    let (pace, _) = pace(&budget, Priority::Interactive, small(10_000, 500));
    permit(&pace).await.expect("granted");
    let mut waiting = Box::pin(permit(&pace));
    let first = futures::poll!(waiting.as_mut());
    assert!(first.is_pending(), "its slot is 400 ms ahead");

    // Others send in the slots that the sleeper lets pass.
    tokio::time::advance(Duration::from_mins(10)).await;
    waiting.await.expect("granted");

    let book = budget.archive.book().await.expect("a book");
    let left = book.left(&small(10_000, 500), clock());
    assert_eq!(
        left.spent, 3,
        "the old slot is lost and a new one was taken"
    );
}
