//! Instants and durations at the precision that every archive keeps: a microsecond.

use std::time::Duration;

use conversation::Call;
use jiff::Timestamp;

use crate::{Error, ErrorKind};

/// The instant as a number.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The instant that [`micros`] gave a number to.
pub(crate) fn instant(micros: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|error| {
        Error::new(ErrorKind::Integrity, "a stored instant is out of range").caused_by(error)
    })
}

/// Cuts an instant to the precision that is kept.
pub(crate) fn cut(at: Timestamp) -> Timestamp {
    instant(micros(at)).unwrap_or(at)
}

/// A duration as a number; what does not fit becomes the longest that does.
pub(crate) fn length_micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

/// The duration that [`length_micros`] gave a number to.
pub(crate) fn length(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// The call as every archive keeps it: times cut, accounts and tags each once and in order.
pub(crate) fn kept_form(mut call: Call) -> Call {
    call.started = cut(call.started);
    call.scheduled = call.scheduled.map(cut);
    call.duration = call.duration.map(|time| length(length_micros(time)));
    call.accounts.sort();
    call.accounts.dedup();
    call.tags.sort();
    call.tags.dedup();
    call
}
