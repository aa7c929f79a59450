//! Laws of a budget: the book's own decisions, kept for everybody.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::{Budget, BudgetBook, BudgetRules, Priority, Slot, SlotRequest};

use super::fixture::NOW;

/// Callers that ask at the same time.
const CALLERS: usize = 24;

pub(super) async fn check<B: Budget + 'static>(make: &impl AsyncFn() -> (B, B)) {
    it_decides_as_the_book_does(make().await).await;
    a_push_back_holds_for_every_handle(make().await).await;
    no_two_callers_get_one_slot(make().await).await;
}

fn asked(priority: Priority) -> SlotRequest {
    let rules = BudgetRules {
        spacing: Duration::from_millis(400),
        daily: 40,
        kept: 8,
    };
    SlotRequest {
        priority,
        rules,
        ready_in: Duration::from_millis(7),
    }
}

async fn it_decides_as_the_book_does<B: Budget>((one, other): (B, B)) {
    let mut model = BudgetBook::default();
    let handles = [&one, &other];
    // Through a spent day, a clock that jumps either way, and the next day.
    let jumps = [0, 5, 390, 410, 9_000, -3_000_000, 2, 86_400_000];
    let mut now = NOW;
    for step in 0..120_usize {
        let priority = if step % 3 == 0 {
            Priority::Interactive
        } else {
            Priority::Background
        };
        now += SignedDuration::from_millis(jumps[step % jumps.len()] / 8);
        let asked = asked(priority);

        let taken = handles[step % 2].take_slot(&asked, now).await;

        let taken = taken.expect("an answer");
        let law = "a budget decides as its book does, on the newest book";
        assert_eq!(taken.slot, model.take(&asked, now), "{law} (step {step})");
        assert_eq!(taken.book, model, "{law} (step {step})");
        let kept = handles[(step + 1) % 2].book().await.expect("a book");
        assert_eq!(kept, model, "{law} (step {step})");
    }
}

async fn a_push_back_holds_for_every_handle<B: Budget>((one, other): (B, B)) {
    let until = NOW + SignedDuration::from_secs(9);
    one.push_back(until, NOW).await.expect("kept");

    let taken = other.take_slot(&asked(Priority::Interactive), NOW).await;

    let law = "a push-back holds for every handle";
    assert_eq!(taken.expect("an answer").slot, Slot::At(until), "{law}");
}

async fn no_two_callers_get_one_slot<B: Budget + 'static>((one, other): (B, B)) {
    let handles = [Arc::new(one), Arc::new(other)];
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let budget = Arc::clone(&handles[caller % 2]);
        callers.spawn(async move {
            let taken = budget.take_slot(&asked(Priority::Interactive), NOW).await;
            taken.expect("an answer").slot
        });
    }
    let slots: BTreeSet<Timestamp> = callers
        .join_all()
        .await
        .into_iter()
        .filter_map(|slot| match slot {
            Slot::At(at) => Some(at),
            _ => None,
        })
        .collect();

    let slots: Vec<_> = slots.into_iter().collect();
    assert_eq!(slots.len(), CALLERS, "no two callers get one slot");
    let spacing = SignedDuration::from_millis(400);
    let is_spaced = |pair: &[Timestamp]| pair[1].duration_since(pair[0]) >= spacing;
    assert!(slots.windows(2).all(is_spaced), "slots lie a spacing apart");
    let book = handles[0].book().await.expect("a book");
    let spent = book.left(&asked(Priority::Interactive).rules, NOW).spent;
    assert_eq!(usize::try_from(spent).ok(), Some(CALLERS), "none is lost");
}
