//! When the past is read again, and what that costs: a decision of marks, counts and what the day
//! has left.
//!
//! Gong changes calls after the fact: they appear up to weeks late, transcripts are corrected, calls
//! go. So the last 30 days are read again daily, 180 days weekly, everything monthly ([`Reach`]). A
//! larger reach does the work of the smaller ones.
//!
//! What is due is done within what the day allows for it. A reconcile that does not fit as a whole
//! goes as far as that and goes on with the next run; smaller ones that fit are done first. So
//! nothing waits for ever, however large the archive.

use gong_client::PAGE_SIZE;
use jiff::{SignedDuration, Timestamp};

use crate::{Reach, Run, WindowRules};

/// What a routine run does about the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three answers are the meaning")]
pub enum Reconcile {
    /// What is due, as far as the day's requests go.
    #[default]
    WhenDue,
    /// This, now, whatever it costs.
    Now(Reach),
    /// Nothing.
    Never,
}

/// Runs are started by clocks that are never quite on time: what is due within this is due.
const SLACK: SignedDuration = SignedDuration::from_hours(4);

/// A mark that lies further ahead than this was made by a clock that was wrong.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

impl Reach {
    /// From the smallest to the largest.
    pub const ALL: [Self; 3] = [Self::Month, Self::HalfYear, Self::Everything];

    /// How long after one the next is due.
    pub const fn cadence(self) -> SignedDuration {
        let days = match self {
            Self::Month => 1,
            Self::HalfYear => 7,
            Self::Everything => 30,
        };
        SignedDuration::from_hours(days * 24)
    }
}

/// Whether what is done every `cadence` and was last done at `done` is due.
pub(crate) fn is_due(done: Option<Timestamp>, cadence: SignedDuration, now: Timestamp) -> bool {
    let Some(done) = done else {
        return true;
    };
    let age = done.duration_until(now);
    age >= cadence.saturating_sub(SLACK) || age < -AHEAD
}

/// What reading some known calls once more costs. New calls come on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// How many calls are known there.
    pub calls: u64,
    /// Pages of calls with their content.
    pub extensive: u64,
    /// Pages of transcripts.
    pub transcripts: u64,
    /// Pages of the plain list.
    pub listing: u64,
}

impl Cost {
    /// The cost of a run over so many calls, of which so many are asked for their words.
    pub(crate) fn of(run: Run, calls: u64, with_words: u64, rules: &WindowRules) -> Self {
        let page = PAGE_SIZE as u64;
        // What does not fit into one window costs a look at all of it, and half a page at the end
        // of each window.
        let windows = if calls > rules.most.get() {
            calls.div_ceil(rules.target.get())
        } else {
            0
        };
        // To see that nothing is there takes a request as well.
        let pages = calls.div_ceil(page).max(1) + windows / 2;
        Self {
            calls,
            extensive: pages + u64::from(windows > 0),
            transcripts: with_words.div_ceil(page),
            listing: if run == Run::Update { 0 } else { pages },
        }
    }

    /// All requests together.
    pub fn requests(&self) -> u64 {
        self.extensive + self.transcripts + self.listing
    }
}

/// A run that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRun {
    /// What it reads.
    pub run: Run,
    /// What the known calls in it cost; for a run that was interrupted, what is left of it.
    pub cost: Cost,
    /// After so many requests it pauses, to go on with the next routine run.
    pub allowance: Option<u64>,
}

/// A reconcile that is due and is not made now, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Postponed {
    /// How far it reaches.
    pub reach: Reach,
    /// How many of its requests wait for another day.
    pub requests: u64,
}

/// What a routine run is going to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The runs, in their order.
    pub runs: Vec<PlannedRun>,
    /// What is due and has to wait.
    pub postponed: Vec<Postponed>,
    /// Pages of the list of users, if it is to be read.
    pub users: Option<u64>,
}

impl Plan {
    /// How many requests that takes by what is known now.
    pub fn requests(&self) -> u64 {
        let of_run = |planned: &PlannedRun| {
            let cost = planned.cost.requests();
            planned.allowance.map_or(cost, |most| cost.min(most))
        };
        self.runs.iter().map(of_run).sum::<u64>() + self.users.unwrap_or(0)
    }
}

/// Chooses among what is due, each with its cost, from the smallest to the largest reach.
///
/// The largest one that fits is done, and with it all smaller ones. What is left goes to the
/// largest of all, if that did not fit; `None` is no limit.
pub(crate) fn choose(
    due: &[(Reach, Cost)],
    left: Option<u64>,
) -> (Vec<PlannedRun>, Vec<Postponed>) {
    let Some((&(largest, cost), _)) = due.split_last() else {
        return (Vec::new(), Vec::new());
    };
    let planned = |reach, cost, allowance| PlannedRun {
        run: Run::Reconcile(reach),
        cost,
        allowance,
    };
    let Some(mut left) = left else {
        return (vec![planned(largest, cost, None)], Vec::new());
    };
    let fitting = due.iter().rev().find(|(_, cost)| cost.requests() <= left);
    let mut runs = Vec::new();
    if let Some(&(reach, cost)) = fitting {
        runs.push(planned(reach, cost, None));
        left -= cost.requests();
    }
    if fitting.is_some_and(|(reach, _)| *reach == largest) {
        return (runs, Vec::new());
    }
    if left > 0 {
        runs.push(planned(largest, cost, Some(left)));
    }
    let is_done = |reach: Reach| fitting.is_some_and(|(done, _)| reach <= *done);
    let postponed = |&(reach, cost): &(Reach, Cost)| Postponed {
        reach,
        requests: if reach == largest {
            cost.requests() - left
        } else {
            cost.requests()
        },
    };
    let waiting = due.iter().filter(|(reach, _)| !is_done(*reach));
    (runs, waiting.map(postponed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_000_000 + second).unwrap()
    }

    #[test]
    fn a_reach_is_due_a_little_before_its_time_and_when_its_mark_lies_ahead() {
        for (reach, hours) in [
            (Reach::Month, 20),
            (Reach::HalfYear, 164),
            (Reach::Everything, 716),
        ] {
            let due = |since| is_due(Some(at(0)), reach.cadence(), at(since));
            assert!(!due(hours * HOUR - 1), "{reach:?}");
            assert!(due(hours * HOUR), "{reach:?}");
            assert!(!due(-HOUR), "a clock that was set a little back");
            assert!(due(-HOUR - 1), "a mark from a wrong clock");
            assert!(is_due(None, reach.cadence(), at(0)), "never done");
        }
    }

    fn cost(calls: u64) -> Cost {
        Cost::of(
            Run::Reconcile(Reach::Month),
            calls,
            calls,
            &WindowRules::default(),
        )
    }

    #[test]
    fn the_cost_is_pages_of_a_hundred_and_a_little_for_every_window() {
        let requests = |calls| cost(calls).requests();

        assert_eq!(requests(0), 2, "to see that there is nothing");
        assert_eq!(requests(1), 3);
        assert_eq!(requests(2_000), 60);
        assert_eq!(requests(100_000), 1_051 + 1_000 + 1_050);
        let private = Cost::of(Run::Update, 250, 100, &WindowRules::default());
        assert_eq!((private.extensive, private.transcripts), (3, 1));
        assert_eq!(private.listing, 0);
    }

    fn chosen(due: &[(Reach, u64)], left: Option<u64>) -> Vec<(Reach, Option<u64>)> {
        let due: Vec<_> = due
            .iter()
            .map(|&(reach, calls)| (reach, cost(calls)))
            .collect();
        let (runs, _) = choose(&due, left);
        let reach = |planned: PlannedRun| match planned.run {
            Run::Reconcile(reach) => (reach, planned.allowance),
            Run::Update => unreachable!("only reconciles are chosen"),
        };
        runs.into_iter().map(reach).collect()
    }

    #[test]
    fn the_largest_reach_that_fits_is_done_and_what_is_left_goes_to_the_largest_of_all() {
        use Reach::{Everything, HalfYear, Month};
        let due = [(Month, 1_000), (HalfYear, 2_000), (Everything, 100_000)];

        assert_eq!(chosen(&[], Some(10_000)), []);
        assert_eq!(chosen(&due, None), [(Everything, None)]);
        assert_eq!(chosen(&due, Some(10_000)), [(Everything, None)]);
        assert_eq!(
            chosen(&due, Some(1_000)),
            [(HalfYear, None), (Everything, Some(940))]
        );
        assert_eq!(
            chosen(&due, Some(50)),
            [(Month, None), (Everything, Some(20))]
        );
        assert_eq!(chosen(&due, Some(20)), [(Everything, Some(20))]);
        assert_eq!(chosen(&due, Some(0)), []);
        assert_eq!(chosen(&due[..1], Some(10)), [(Month, Some(10))]);
    }

    #[test]
    fn what_waits_is_named_with_its_requests() {
        let due = [
            (Reach::Month, cost(1_000)),
            (Reach::Everything, cost(100_000)),
        ];
        let waiting = |left| {
            let (_, postponed) = choose(&due, Some(left));
            let requests = |one: Postponed| (one.reach, one.requests);
            postponed.into_iter().map(requests).collect::<Vec<_>>()
        };

        assert_eq!(waiting(8_000), []);
        assert_eq!(waiting(1_030), [(Reach::Everything, 3_101 - 1_000)]);
        assert_eq!(waiting(0), [(Reach::Month, 30), (Reach::Everything, 3_101)]);
    }
}
