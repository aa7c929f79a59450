//! How long the next window is: a decision of what the last one held.

use jiff::{SignedDuration, Timestamp};

use crate::WindowRules;
use crate::run::window::Window;

/// Windows are never shorter than this, however many calls they hold.
pub(super) const SHORTEST: SignedDuration = SignedDuration::from_mins(10);
/// Windows grow and shrink by this factor at the most.
const STEP: i64 = 4;
/// Long enough for every archive, short enough to add to an instant.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366 * 100);

/// Where the calls of a list were found to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// The earliest start.
    pub(super) oldest: Timestamp,
    /// The latest start.
    pub(super) newest: Timestamp,
    /// How many calls.
    pub(super) calls: u64,
}

/// The length of the next window after one that was read. Time before its first call says nothing
/// about how close the next ones are.
pub(super) fn next_length(
    window: Window,
    found: Option<Sample>,
    rules: &WindowRules,
) -> SignedDuration {
    let Some(found) = found else {
        return bounded(window.length().as_secs().saturating_mul(STEP));
    };
    let seconds = found.oldest.duration_until(window.to).as_secs().max(1);
    let next = scaled(seconds, rules.target.get(), found.calls);
    bounded(next.clamp(seconds / STEP, seconds.saturating_mul(STEP)))
}

/// The length of a window that is begun again because it holds too much, by its first page.
///
/// Gong lists the oldest calls first, so the page shows where they begin and how close they are.
/// That order is not promised: a length that did not help is followed by one that is halved.
pub(super) fn shrunk(
    window: Window,
    total: u64,
    first_page: Option<Sample>,
    rules: &WindowRules,
) -> SignedDuration {
    let whole = window.length().as_secs();
    let even = scaled(whole, rules.target.get(), total).min(whole / 2);
    let seen = first_page.map(|page| {
        let before = window.from.duration_until(page.oldest).as_secs();
        let spread = page.oldest.duration_until(page.newest).as_secs();
        before.saturating_add(scaled(spread, rules.target.get(), page.calls))
    });
    let fitting = seen.filter(|&seen| seen < whole - SHORTEST.as_secs());
    bounded(fitting.unwrap_or(even))
}

/// The length of a window that could not be read to its end in time.
pub(super) fn halved(window: Window) -> SignedDuration {
    bounded(window.length().as_secs() / 2)
}

/// `seconds · target / total`, as if calls came evenly.
fn scaled(seconds: i64, target: u64, total: u64) -> i64 {
    let wide = i128::from(seconds) * i128::from(target) / i128::from(total.max(1));
    i64::try_from(wide).unwrap_or(i64::MAX)
}

fn bounded(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds.clamp(SHORTEST.as_secs(), LONGEST.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn window(from: i64, to: i64) -> Window {
        Window {
            from: at(from),
            to: at(to),
        }
    }

    fn sample(oldest: i64, newest: i64, calls: u64) -> Sample {
        Sample {
            oldest: at(oldest),
            newest: at(newest),
            calls,
        }
    }

    #[test]
    fn windows_grow_and_shrink_towards_the_target_by_small_steps() {
        let rules = WindowRules::default();
        let next = |found| next_length(window(0, 10 * DAY), found, &rules).as_secs();

        assert_eq!(next(Some(sample(0, 9 * DAY, 1_000))), 10 * DAY);
        assert_eq!(next(Some(sample(0, 9 * DAY, 500))), 20 * DAY);
        assert_eq!(next(Some(sample(0, 9 * DAY, 2_000))), 5 * DAY);
        assert_eq!(next(Some(sample(8 * DAY, 9 * DAY, 500))), 4 * DAY);
        assert_eq!(next(Some(sample(0, 9 * DAY, 1))), 40 * DAY);
        assert_eq!(next(Some(sample(0, 9 * DAY, 1_000_000))), 10 * DAY / 4);
        assert_eq!(next(None), 40 * DAY);
    }

    #[test]
    fn a_window_with_too_many_calls_ends_where_its_first_page_says() {
        let rules = WindowRules::default();
        let years = window(0, 4_000 * DAY);
        let shrunk = |page| shrunk(years, 20_000, page, &rules).as_secs();

        // A hundred calls in two days, after ten years of nothing.
        assert_eq!(
            shrunk(Some(sample(3_800 * DAY, 3_802 * DAY, 100))),
            3_820 * DAY
        );
        // A page in no order does not help.
        assert_eq!(shrunk(Some(sample(5 * DAY, 3_999 * DAY, 100))), 200 * DAY);
        assert_eq!(shrunk(None), 200 * DAY);
        assert_eq!(shrunk(Some(sample(0, 0, 100))), SHORTEST.as_secs());
    }
}
