//! What holds in an archive that was restored from a backup.

use jiff::Timestamp;

use crate::moment::micros;
use crate::{Put, Source};

/// How many numbers are left out where the clock does not help: more than were drawn since any backup.
const LEFT_OUT: i64 = 1 << 40;

/// Where a restored archive goes on with its one counter, of which the backup says this.
///
/// What was drawn since the backup must not be drawn again; nor, if one backup is restored twice,
/// what was drawn between the two. Nobody draws a million numbers a second, so the instant in
/// microseconds is beyond both, unless the clock was set back.
pub(crate) fn undrawn(counter: i64, now: Timestamp) -> i64 {
    let now = micros(now);
    if now > counter {
        now
    } else {
        counter + LEFT_OUT
    }
}

/// Whether a put of a call that is hidden since is its vendor's own word. What is brought from elsewhere is kept,
/// as the vendor's call that it is, and stays hidden.
pub(crate) fn confirms(put: &mut Put) -> bool {
    let is_own_word = put.source == Source::Gong;
    put.source = Source::Gong;
    is_own_word
}
