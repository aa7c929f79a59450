//! When Gong lets a call be seen: in lists, in detail, as a transcript.

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;

use crate::seeded;

/// How late the calls of a world appear, by seed.
///
/// Gong needs minutes to a day (sometimes weeks) to process a call, and files it under the time at which it happened:
/// a client that remembers the newest start time it saw never sees a late call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Lateness {
    /// Decides which calls are late, and by how much.
    pub seed: u64,
    /// The share of calls that appear late, 0 to 1.
    pub late_calls: f64,
    /// The longest time between the start of a call and its appearance.
    pub call_within: SignedDuration,
    /// The share of visible calls whose transcript comes later than the call.
    pub late_transcripts: f64,
    /// The longest time between the appearance of a call and its transcript.
    pub transcript_within: SignedDuration,
    /// The share of calls whose transcript can be had before extensive knows the call.
    pub late_details: f64,
    /// The longest time between the appearance of a call and its details.
    pub details_within: SignedDuration,
}

impl Lateness {
    /// A tenth of the calls up to 30 days late, a third of the transcripts up to a day, a twentieth of the details.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            late_calls: 0.1,
            call_within: SignedDuration::from_hours(30 * 24),
            late_transcripts: 0.3,
            transcript_within: SignedDuration::from_hours(24),
            late_details: 0.05,
            details_within: SignedDuration::from_mins(90),
        }
    }

    pub(crate) fn of_call(&self, id: &str, started: Timestamp) -> Availability {
        let visible = self.later(id, "call", self.late_calls, started, self.call_within);
        let seen_from = visible.unwrap_or(started);
        Availability {
            visible,
            details: self.later(
                id,
                "details",
                self.late_details,
                seen_from,
                self.details_within,
            ),
            transcript: self.later(
                id,
                "transcript",
                self.late_transcripts,
                seen_from,
                self.transcript_within,
            ),
        }
    }

    fn later(
        &self,
        id: &str,
        what: &str,
        share: f64,
        after: Timestamp,
        within: SignedDuration,
    ) -> Option<Timestamp> {
        let mut rng = seeded::rng(self.seed, &format!("{id}/{what}"));
        let is_late = rng.random_bool(share.clamp(0.0, 1.0));
        let seconds = rng.random_range(60..=within.as_secs().max(61));
        is_late.then(|| {
            after
                .checked_add(SignedDuration::from_secs(seconds))
                .unwrap_or(Timestamp::MAX)
        })
    }
}

/// The instants before which a call does not show; `None` is "always shown".
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Availability {
    pub(crate) visible: Option<Timestamp>,
    pub(crate) details: Option<Timestamp>,
    pub(crate) transcript: Option<Timestamp>,
}

impl Availability {
    /// Whether `GET /v2/calls` and `GET /v2/calls/{id}` know the call.
    pub(crate) fn is_listed(self, now: Timestamp) -> bool {
        has_come(self.visible, now)
    }

    /// Whether extensive knows the call.
    pub(crate) fn has_details(self, now: Timestamp) -> bool {
        self.is_listed(now) && has_come(self.details, now)
    }

    /// Whether the transcript is served. It does not wait for the details: Gong's does not, either.
    pub(crate) fn has_transcript(self, now: Timestamp) -> bool {
        self.is_listed(now) && has_come(self.transcript, now)
    }
}

fn has_come(instant: Option<Timestamp>, now: Timestamp) -> bool {
    instant.is_none_or(|instant| instant <= now)
}
