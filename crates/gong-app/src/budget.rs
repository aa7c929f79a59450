//! The day's requests, counted in the archive so that every command of the company shares them.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use call_archive::{Archive, Checkpoint};
use gong_client::{DAILY_LIMIT, LocalPace, Operation, Pace, SPACING, Spent};
use jiff::Timestamp;

use std::time::Duration;

const ENTRY: &str = "gong.requests";
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A pace by Gong's limits whose daily count outlives the process.
///
/// Processes that run at the same moment may each miss a request of the other; Gong's own 429 is
/// the fence behind that.
pub(crate) struct CountedPace {
    local: LocalPace,
    archive: Option<Arc<dyn Archive>>,
    now: fn() -> Timestamp,
}

impl CountedPace {
    /// A pace that counts in this archive; without one it counts for itself.
    pub(crate) fn new(archive: Option<Arc<dyn Archive>>, now: fn() -> Timestamp) -> Self {
        Self {
            local: LocalPace::with(now, SPACING, DAILY_LIMIT),
            archive,
            now,
        }
    }
}

#[async_trait]
impl Pace for CountedPace {
    async fn permit(&self, operation: &Operation) -> Result<(), Spent> {
        self.local.permit(operation).await?;
        let Some(archive) = &self.archive else {
            return Ok(());
        };
        let now = (self.now)();
        // A count that cannot be read or written must not stop a sync: the local one still holds.
        let stored = archive.load(ENTRY).await.ok().flatten();
        let spent = stored
            .and_then(|text| Day::read(&text))
            .map_or(0, |day| day.spent_on(now));
        if spent >= DAILY_LIMIT {
            return Err(Spent {
                until: Timestamp::from_second((day_of(now) + 1) * DAY_SECONDS).ok(),
            });
        }
        let counted = Day {
            day: day_of(now),
            spent: spent + 1,
        };
        let saved = archive.save(Checkpoint {
            name: ENTRY.to_owned(),
            value: counted.write(),
        });
        if let Err(error) = saved.await {
            tracing::warn!(%error, "the day's count of requests could not be stored");
        }
        Ok(())
    }

    async fn pushed_back(&self, wait: Duration) {
        self.local.pushed_back(wait).await;
    }
}

impl fmt::Debug for CountedPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedPace")
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

/// How many requests were sent today, as far as this archive knows.
pub(crate) async fn spent_today(
    archive: &dyn Archive,
    now: Timestamp,
) -> Result<u32, call_archive::Error> {
    let stored = archive.load(ENTRY).await?;
    Ok(stored
        .and_then(|text| Day::read(&text))
        .map_or(0, |day| day.spent_on(now)))
}

/// A day (in UTC, since Gong does not say when its own begins) and its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    day: i64,
    spent: u32,
}

impl Day {
    fn read(text: &str) -> Option<Self> {
        let (day, spent) = text.split_once(' ')?;
        Some(Self {
            day: day.parse().ok()?,
            spent: spent.parse().ok()?,
        })
    }

    fn write(self) -> String {
        format!("{} {}", self.day, self.spent)
    }

    fn spent_on(self, now: Timestamp) -> u32 {
        if self.day >= day_of(now) {
            self.spent
        } else {
            0
        }
    }
}

fn day_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use call_archive::MemoryArchive;
    use gong_client::{ListWorkspaces, Request as _};

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().expect("an instant")
    }

    fn next_day() -> Timestamp {
        "2026-11-25T00:00:00Z".parse().expect("an instant")
    }

    async fn archive_with(spent: u32) -> Arc<dyn Archive> {
        let archive: Arc<dyn Archive> = Arc::new(MemoryArchive::new());
        let value = Day {
            day: day_of(noon()),
            spent,
        }
        .write();
        let name = ENTRY.to_owned();
        archive
            .save(Checkpoint { name, value })
            .await
            .expect("saved");
        archive
    }

    #[tokio::test]
    async fn the_count_goes_on_in_the_next_process() {
        let archive = archive_with(41).await;

        for _ in 0..2 {
            let pace = CountedPace::new(Some(Arc::clone(&archive)), noon);
            pace.permit(&ListWorkspaces::OPERATION)
                .await
                .expect("granted");
        }

        assert_eq!(
            spent_today(archive.as_ref(), noon()).await.expect("read"),
            43
        );
        assert_eq!(
            spent_today(archive.as_ref(), next_day())
                .await
                .expect("read"),
            0
        );
    }

    #[tokio::test]
    async fn a_spent_day_refuses_until_the_next() {
        let archive = archive_with(DAILY_LIMIT).await;
        let pace = CountedPace::new(Some(Arc::clone(&archive)), noon);

        let spent = pace
            .permit(&ListWorkspaces::OPERATION)
            .await
            .expect_err("refused");

        assert_eq!(spent.until, Some(next_day()));
        let pace = CountedPace::new(Some(archive), next_day);
        pace.permit(&ListWorkspaces::OPERATION)
            .await
            .expect("a new day");
    }
}
