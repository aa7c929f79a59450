//! How far runs of one kind came, as it is written into the archive.

use call_archive::Checkpoint;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The durable state of the runs of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record {
    /// When the last complete run began.
    pub(crate) done: Option<Timestamp>,
    /// Where the complete runs began.
    pub(crate) since: Option<Timestamp>,
    /// The run that has not come to its end.
    pub(crate) open: Option<Open>,
}

/// A run on its way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Open {
    /// What was asked for.
    pub(crate) since: Timestamp,
    /// Everything that started before this is stored.
    pub(crate) position: Timestamp,
    /// When the run began.
    pub(crate) now: Timestamp,
}

impl Record {
    /// Reads a record; one that cannot be read is none, and everything is read again.
    pub(crate) fn parse(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .map(|Written { done, since, open }| Self {
                done: done.map(|at| at.0),
                since: since.map(|at| at.0),
                open: open.map(|[since, position, now]| Open {
                    since: since.0,
                    position: position.0,
                    now: now.0,
                }),
            })
            .unwrap_or_default()
    }

    /// Where the open run stands.
    pub(super) fn position(&self, end: Timestamp) -> Timestamp {
        self.open.as_ref().map_or(end, |open| open.position)
    }

    /// Everything that started before `at` is stored.
    pub(super) fn advance(&mut self, at: Timestamp) {
        if let Some(open) = &mut self.open {
            open.position = open.position.max(at);
        }
    }

    /// The open run has come to its end.
    pub(super) fn finish(&mut self) {
        if let Some(open) = self.open.take() {
            self.done = Some(open.now);
            self.since = Some(open.since);
        }
    }

    /// Another run that began at `now` read all that this one would have read.
    pub(super) fn cover(&mut self, since: Timestamp, now: Timestamp) {
        self.open = None;
        self.done = Some(now);
        self.since = Some(since);
    }

    pub(crate) fn checkpoint(&self, name: &str) -> Checkpoint {
        let written = Written {
            done: self.done.map(At),
            since: self.since.map(At),
            open: self
                .open
                .as_ref()
                .map(|open| [open.since, open.position, open.now].map(At)),
        };
        Checkpoint {
            name: name.to_owned(),
            value: serde_json::to_string(&written).expect("instants are plain data"),
        }
    }
}

/// A record as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    done: Option<At>,
    since: Option<At>,
    /// Since, position, now.
    open: Option<[At; 3]>,
}

struct At(Timestamp);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_a_broken_one_begins_anew() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut record = Record {
            done: Some(at(5)),
            since: None,
            open: Some(Open {
                since: at(1),
                position: at(2),
                now: at(9),
            }),
        };
        let read = |record: &Record| Record::parse(Some(&record.checkpoint("x").value));

        assert_eq!(read(&record), record);
        record.advance(at(7));
        record.advance(at(3));
        assert_eq!(record.position(at(0)), at(7));
        record.finish();
        assert_eq!((record.done, record.since), (Some(at(9)), Some(at(1))));
        assert_eq!(read(&record), record);
        assert_eq!(Record::parse(Some("{")), Record::default());
    }
}
