//! How long a loop waits after a turn that failed.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Error, ErrorKind};

const FIRST: Duration = Duration::from_secs(1);
/// The longest wait for what may pass by itself.
const LONGEST: Duration = Duration::from_mins(1);
/// The longest wait for what a person must mend: asking more often would spend the day's requests.
const UNTIL_MENDED: Duration = Duration::from_mins(15);

/// Doubles with each failure and begins anew with each success.
#[derive(Debug, Default)]
pub(super) struct Pause {
    failed: u32,
}

impl Pause {
    pub(super) fn reset(&mut self) {
        self.failed = 0;
    }

    /// Waits, unless it is stopped meanwhile.
    pub(super) async fn wait(&mut self, after: &Error, stop: &CancellationToken) {
        let pause = self.next(after.kind());
        stop.run_until_cancelled(tokio::time::sleep(pause)).await;
    }

    fn next(&mut self, kind: ErrorKind) -> Duration {
        let longest = match kind {
            ErrorKind::NotAuthorised | ErrorKind::NotConfigured => UNTIL_MENDED,
            _ => LONGEST,
        };
        let pause = FIRST.saturating_mul(1 << self.failed.min(10));
        self.failed += 1;
        pause.min(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_its_limit_and_begins_anew() {
        let mut pause = Pause::default();
        let mut seconds = |kind, times| -> Vec<u64> {
            let waits = (0..times).map(|_| pause.next(kind).as_secs());
            waits.collect()
        };
        assert_eq!(
            seconds(ErrorKind::TryLater, 8),
            [1, 2, 4, 8, 16, 32, 60, 60]
        );
        assert_eq!(seconds(ErrorKind::NotAuthorised, 3), [256, 512, 900]);

        pause.reset();
        assert_eq!(pause.next(ErrorKind::NotAuthorised), FIRST);
    }
}
