//! The rules of the book, one by one.

use jiff::SignedDuration;

use super::*;

const SPACING: i64 = 400;

fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().expect("an instant")
}

fn after(ms: i64) -> Timestamp {
    noon() + SignedDuration::from_millis(ms)
}

fn rules(daily: u32, kept: u32) -> BudgetRules {
    BudgetRules {
        spacing: Duration::from_millis(SPACING.unsigned_abs()),
        daily,
        kept,
    }
}

fn asked(priority: Priority) -> SlotRequest {
    SlotRequest {
        priority,
        rules: rules(10_000, 500),
        ready_in: Duration::ZERO,
    }
}

fn interactive() -> SlotRequest {
    asked(Priority::Interactive)
}

fn background() -> SlotRequest {
    asked(Priority::Background)
}

/// Milliseconds after noon.
fn ms(slot: Slot) -> i64 {
    let Slot::At(at) = slot else {
        unreachable!("no slot but {slot:?}");
    };
    i64::try_from(at.duration_since(noon()).as_millis()).expect("near noon")
}

#[test]
fn slots_lie_a_spacing_apart_however_fast_they_are_asked_for() {
    let mut book = BudgetBook::default();

    let taken = [0, 0, 3, 3, 4].map(|now| ms(book.take(&interactive(), after(now))));

    assert_eq!(taken, [0, 400, 800, 1200, 1600]);
}

#[test]
fn idle_time_earns_nothing_and_a_moment_late_costs_nothing() {
    let mut book = BudgetBook::default();
    let mut take = |now| ms(book.take(&background(), after(now)));

    assert_eq!(take(0), 0);
    // 30 ms late for the slot at 400: it is still that slot, and the next stays where it was.
    assert_eq!(take(430), 400);
    assert_eq!(take(810), 800);
    // A minute later there is one slot at once, not 150.
    assert_eq!(take(60_000), 60_000);
    assert_eq!(take(60_300), 60_400);
}

#[test]
fn a_slot_lies_where_a_slow_caller_can_still_meet_it() {
    let mut book = BudgetBook::default();
    let slow = SlotRequest {
        ready_in: Duration::from_millis(300),
        ..background()
    };

    assert_eq!(ms(book.take(&slow, after(0))), 300);
    assert_eq!(ms(book.take(&slow, after(310))), 700);
}

#[test]
fn background_work_takes_no_slot_ahead_so_an_interactive_call_overtakes_it() {
    let mut book = BudgetBook::default();
    book.take(&background(), after(0));

    let waiting = book.take(&background(), after(10));
    assert_eq!(waiting, Slot::Later(after(300)));
    assert_eq!(ms(book.take(&interactive(), after(20))), 400);
    assert_eq!(
        book.take(&background(), after(300)),
        Slot::Later(after(700))
    );
    assert_eq!(ms(book.take(&background(), after(700))), 800);
}

#[test]
fn background_work_leaves_a_part_of_the_day() {
    let mut book = BudgetBook::default();
    let with = |priority| SlotRequest {
        rules: rules(3, 1),
        ..asked(priority)
    };
    let midnight = "2026-11-25T00:00:00Z".parse().expect("an instant");
    for now in [0, 1_000] {
        ms(book.take(&with(Priority::Background), after(now)));
    }

    let refused = book.take(&with(Priority::Background), after(2_000));
    assert_eq!(refused, Slot::Spent(midnight));
    let left = book.left(&rules(3, 1), after(2_000));
    assert_eq!((left.spent, left.interactive, left.background), (2, 1, 0));
    assert_eq!(left.next_day, midnight);
    ms(book.take(&with(Priority::Interactive), after(2_000)));
    let refused = book.take(&with(Priority::Interactive), after(3_000));
    assert_eq!(refused, Slot::Spent(midnight));

    let morning = midnight + SignedDuration::from_secs(1);
    assert_eq!(
        book.take(&with(Priority::Background), morning),
        Slot::At(morning)
    );
    assert_eq!(book.left(&rules(3, 1), morning).spent, 1);
}

#[test]
fn when_the_vendor_pushes_back_everybody_waits_and_the_longest_holds() {
    let mut book = BudgetBook::default();
    book.push_back(after(9_000), after(0));
    book.push_back(after(3_000), after(0));

    assert_eq!(
        book.take(&background(), after(0)),
        Slot::Later(after(8_900))
    );
    assert_eq!(ms(book.take(&interactive(), after(0))), 9_000);
    assert_eq!(ms(book.take(&interactive(), after(0))), 9_400);
    assert_eq!(
        book.left(&rules(9, 0), after(0)).pushed_until,
        Some(after(9_000))
    );
    assert_eq!(book.left(&rules(9, 0), after(9_000)).pushed_until, None);
}

#[test]
fn nobody_queues_further_than_the_furthest_slot() {
    let mut book = BudgetBook::default();
    let taken = (0..1_000)
        .take_while(|_| matches!(book.take(&interactive(), after(0)), Slot::At(_)))
        .count();

    assert_eq!(taken, 151);
    assert_eq!(book.take(&interactive(), after(0)), Slot::Later(after(400)));
    assert_eq!(ms(book.take(&interactive(), after(400))), 60_400);
}

#[test]
fn a_clock_that_jumps_back_stops_nobody_for_longer_than_the_furthest_slot() {
    for jump in [1, 30, 66, 3_600, 90_000, 40_000_000] {
        let mut book = BudgetBook::default();
        book.take(&interactive(), after(jump * 1_000));

        let slot = book.take(&interactive(), after(0));

        let waits = ms(slot);
        assert!((400..=66_000).contains(&waits), "{jump} s back: {waits} ms");
    }
    let mut book = BudgetBook::default();
    book.push_back(after(30_000_000), after(29_990_000));
    assert_eq!(ms(book.take(&interactive(), after(0))), 0);
}

#[test]
fn a_clock_that_was_days_ahead_costs_the_rest_of_one_day_at_most() {
    let mut book = BudgetBook::default();
    let three = SlotRequest {
        rules: rules(3, 0),
        ..interactive()
    };
    let next_year = noon() + SignedDuration::from_hours(24 * 365);
    for seconds in 0..3 {
        book.take(&three, next_year + SignedDuration::from_secs(seconds));
    }

    let midnight = "2026-11-25T00:00:00Z".parse().expect("an instant");
    assert_eq!(book.take(&three, noon()), Slot::Spent(midnight));
    assert!(matches!(book.take(&three, midnight), Slot::At(_)));
}

#[test]
fn a_machine_whose_clock_is_a_little_behind_does_not_begin_the_old_day_again() {
    let mut book = BudgetBook::default();
    let midnight: Timestamp = "2026-11-25T00:00:00Z".parse().expect("an instant");
    let second = SignedDuration::from_secs(1);
    book.take(&interactive(), midnight + second);
    book.take(&interactive(), midnight - second);

    book.take(&interactive(), midnight + second * 2);

    assert_eq!(book.left(&rules(10, 0), midnight + second * 2).spent, 3);
}

#[test]
fn the_ends_of_time_are_no_overflow() {
    let mut book = BudgetBook::default();
    for now in [Timestamp::MAX, Timestamp::MIN, Timestamp::MAX] {
        book.take(&interactive(), now);
        book.push_back(Timestamp::MAX, now);
        book.left(&rules(1, 1), now);
    }
}
