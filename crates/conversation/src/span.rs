//! A stretch of a call's recording.

use std::fmt;
use std::time::Duration;

/// A half-open stretch of time inside one call, counted from the start of its recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start_ms: u64,
    end_ms: u64,
}

impl Span {
    /// Spans from `start` to `end` in milliseconds; an end before the start becomes the start.
    pub const fn from_millis(start: u64, end: u64) -> Self {
        Self {
            start_ms: start,
            end_ms: if end < start { start } else { end },
        }
    }

    /// The start, in milliseconds from the beginning of the recording.
    pub const fn start_ms(self) -> u64 {
        self.start_ms
    }

    /// The end (not included), in milliseconds from the beginning of the recording.
    pub const fn end_ms(self) -> u64 {
        self.end_ms
    }

    /// How long the stretch lasts.
    pub const fn length(self) -> Duration {
        Duration::from_millis(self.end_ms - self.start_ms)
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self {
            start_ms: self.start_ms.min(other.start_ms),
            end_ms: self.end_ms.max(other.end_ms),
        }
    }
}

impl fmt::Display for Span {
    /// Prints where the span starts: `mm:ss`, or `h:mm:ss` past the first hour.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.start_ms / 1_000;
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        if hours > 0 {
            write!(f, "{hours}:{minutes:02}:{seconds:02}")
        } else {
            write!(f, "{minutes:02}:{seconds:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_prints_its_start() {
        assert_eq!(Span::from_millis(0, 1).to_string(), "00:00");
        assert_eq!(Span::from_millis(754_999, 760_000).to_string(), "12:34");
        assert_eq!(Span::from_millis(3_600_000, 0).to_string(), "1:00:00");
    }

    #[test]
    fn a_span_that_ends_before_it_starts_is_empty() {
        assert_eq!(Span::from_millis(5_000, 3_000).length(), Duration::ZERO);
    }
}
