//! What goes wrong, and how often: all of it by seed.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{Error, Failure, Operation, Result};

/// The misbehaviour of the pretended Gong. The default is none.
///
/// Shares are probabilities from 0 to 1. Which request fails depends on the seed and on the order of the requests;
/// which field is null depends on the seed and the call alone, so that a call reads the same twice.
///
/// Every fault has a text form for the command line, read by [`Faults::set`]:
///
/// | text | fault |
/// |---|---|
/// | `seed=7` | the seed |
/// | `server-errors=0.05` | 5xx, in Gong's shape or as a page of something in front of it |
/// | `too-many-requests=0.05:30` | 429 with `Retry-After: 30` |
/// | `slow=0.1:2000` | answers 2000 ms late |
/// | `truncated=0.02` | JSON that ends too early, or a connection that breaks in the body |
/// | `dropped=0.02` | connections closed without an answer |
/// | `nulls=0.5` | null in fields that the contract calls optional |
/// | `integer-ids` | ids as JSON numbers |
/// | `new-fields` | fields and enum values that no document knows |
/// | `duplicates` | each page begins with the last item of the page before |
/// | `shrinking-pages` | pages of 100, 60, 30 and 0 items, and a cursor on the empty one |
/// | `endless=same` or `endless=fresh` | a cursor for ever |
/// | `redirect=https://us-1.api.gong.example` | a key of another host: every answer is a redirect |
/// | `outage=empty` or `outage=page` | everything is 404, in Gong's shape or not |
/// | `forbidden=listUsers` | 403 for one operation (may be repeated) |
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, off or on"
)]
#[non_exhaustive]
pub struct Faults {
    /// Decides everything below.
    pub seed: u64,
    /// The share of requests answered 500, 502 or 503.
    pub server_errors: f64,
    /// The share of requests answered 429 although no limit is reached.
    pub too_many_requests: f64,
    /// The `Retry-After` of those, in seconds.
    pub retry_after: u64,
    /// The share of requests answered late.
    pub slow: f64,
    /// How late.
    pub slow_by: Duration,
    /// The share of answers whose body ends too early.
    pub truncated: f64,
    /// The share of requests whose connection is closed without an answer.
    pub dropped: f64,
    /// The share of nullable fields that are null.
    pub nulls: f64,
    /// Whether ids are JSON numbers (where they fit into 64 bits).
    pub integer_ids: bool,
    /// Whether answers carry fields and enum values that no document knows.
    pub new_fields: bool,
    /// Whether each page begins with the last item of the page before.
    pub duplicates: bool,
    /// Whether page sizes go 100, 60, 30, 0 and round again.
    pub shrinking_pages: bool,
    /// Whether lists never end, and how.
    pub endless: Option<Endless>,
    /// The host that every request is redirected to.
    pub redirect_to: Option<String>,
    /// Whether everything is 404, and how.
    pub outage: Option<Outage>,
    /// Operations that the key has no scope for.
    pub forbidden: BTreeSet<Operation>,
}

/// How a list goes on for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endless {
    /// Every page carries the cursor that asked for it.
    SameCursor,
    /// Every page carries a new cursor; past the end the list begins again.
    FreshCursors,
}

/// How everything is 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outage {
    /// In Gong's own error shape, as if the company had no calls.
    Empty,
    /// A page that is not Gong's, as a wrong host answers.
    Page,
}

impl Faults {
    /// No misbehaviour.
    pub fn none() -> Self {
        Self::default()
    }

    /// A little of everything that a client should survive without help: errors, delays, broken answers, nulls.
    pub fn storm(seed: u64) -> Self {
        Self {
            seed,
            server_errors: 0.05,
            too_many_requests: 0.03,
            retry_after: 1,
            slow: 0.05,
            slow_by: Duration::from_millis(50),
            truncated: 0.03,
            dropped: 0.03,
            nulls: 0.3,
            new_fields: true,
            duplicates: true,
            ..Self::default()
        }
    }

    /// Adds one fault in its text form.
    ///
    /// ```
    /// let mut faults = gong_sim::Faults::none();
    /// faults.set("slow=0.1:2000").unwrap();
    /// assert_eq!(faults.slow_by, std::time::Duration::from_secs(2));
    /// assert!(faults.set("sloow=0.1").is_err());
    /// ```
    pub fn set(&mut self, fault: &str) -> Result<()> {
        let (name, value) = fault.split_once('=').unwrap_or((fault, ""));
        self.set_named(name, value)
            .map_err(|problem| Error::UnknownFault {
                given: fault.to_owned(),
                problem,
            })
    }

    fn set_named(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        match name {
            "seed" => self.seed = number(value)?,
            "server-errors" => self.server_errors = share(value)?,
            "too-many-requests" => {
                (self.too_many_requests, self.retry_after) = share_and_number(value)?;
            }
            "slow" => {
                let (slow, ms) = share_and_number(value)?;
                (self.slow, self.slow_by) = (slow, Duration::from_millis(ms));
            }
            "truncated" => self.truncated = share(value)?,
            "dropped" => self.dropped = share(value)?,
            "nulls" => self.nulls = share(value)?,
            "integer-ids" => self.integer_ids = flag(value)?,
            "new-fields" => self.new_fields = flag(value)?,
            "duplicates" => self.duplicates = flag(value)?,
            "shrinking-pages" => self.shrinking_pages = flag(value)?,
            "endless" => {
                self.endless = Some(match value {
                    "same" => Endless::SameCursor,
                    "fresh" => Endless::FreshCursors,
                    _ => return Err("the value is same or fresh"),
                });
            }
            "redirect" if value.starts_with("http") => self.redirect_to = Some(value.to_owned()),
            "redirect" => return Err("the value is a URL"),
            "outage" => {
                self.outage = Some(match value {
                    "empty" => Outage::Empty,
                    "page" => Outage::Page,
                    _ => return Err("the value is empty or page"),
                });
            }
            "forbidden" => {
                let operation = Operation::ALL
                    .into_iter()
                    .find(|operation| operation.as_str() == value);
                self.forbidden
                    .insert(operation.ok_or("the value is an operation such as listUsers")?);
            }
            _ => return Err("no fault has this name"),
        }
        Ok(())
    }
}

fn number(value: &str) -> Result<u64, &'static str> {
    value.parse().map_err(|_| "the value is a whole number")
}

fn share(value: &str) -> Result<f64, &'static str> {
    let share: f64 = value
        .parse()
        .map_err(|_| "the value is a share from 0 to 1")?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("the value is a share from 0 to 1")
    }
}

fn share_and_number(value: &str) -> Result<(f64, u64), &'static str> {
    let (first, second) = value
        .split_once(':')
        .ok_or("the value is a share, a colon and a whole number")?;
    Ok((share(first)?, number(second)?))
}

fn flag(value: &str) -> Result<bool, &'static str> {
    if value.is_empty() {
        Ok(true)
    } else {
        Err("this fault takes no value")
    }
}

/// Draws the failure of each request in turn.
#[derive(Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The failure of the next request. Always draws the same number of times, so that one share does not shift another.
    pub(crate) fn throw(&mut self, faults: &Faults) -> Option<Failure> {
        let [dropped, truncated, server_error, throttled, slow] =
            [(); 5].map(|()| self.0.random::<f64>());
        let kind = self.0.random_range(0..6_u8);
        if dropped < faults.dropped {
            Some(Failure::Dropped)
        } else if truncated < faults.truncated {
            Some(if kind % 2 == 0 {
                Failure::TruncatedJson
            } else {
                Failure::BrokenBody
            })
        } else if server_error < faults.server_errors {
            Some(match kind {
                0 | 1 => Failure::Status(500),
                2 | 3 => Failure::Status(503),
                4 => Failure::Page(502),
                _ => Failure::Page(503),
            })
        } else if throttled < faults.too_many_requests {
            Some(Failure::TooManyRequests(faults.retry_after))
        } else if slow < faults.slow {
            Some(Failure::Slow(faults.slow_by))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], expected: &Faults) {
        let mut faults = Faults::none();
        for text in texts {
            faults.set(text).unwrap();
        }
        assert_eq!(&faults, expected);
    }

    #[test]
    fn every_text_form_sets_its_fault() {
        check(
            &["seed=7", "nulls=0.5"],
            &Faults {
                seed: 7,
                nulls: 0.5,
                ..Faults::none()
            },
        );
        check(
            &["too-many-requests=0.25:30"],
            &Faults {
                too_many_requests: 0.25,
                retry_after: 30,
                ..Faults::none()
            },
        );
        check(
            &["endless=fresh"],
            &Faults {
                endless: Some(Endless::FreshCursors),
                ..Faults::none()
            },
        );
        check(
            &["outage=page"],
            &Faults {
                outage: Some(Outage::Page),
                ..Faults::none()
            },
        );
        check(
            &["forbidden=listUsers", "forbidden=getCall"],
            &Faults {
                forbidden: [Operation::ListUsers, Operation::GetCall].into(),
                ..Faults::none()
            },
        );
        check(
            &["integer-ids", "new-fields", "duplicates", "shrinking-pages"],
            &Faults {
                integer_ids: true,
                new_fields: true,
                duplicates: true,
                shrinking_pages: true,
                ..Faults::none()
            },
        );
    }

    #[test]
    fn a_wrong_text_is_refused() {
        for text in [
            "nulls=2",
            "nulls",
            "slow=0.1",
            "endless=maybe",
            "duplicates=3",
            "",
            "redirect=gong",
        ] {
            assert!(Faults::none().set(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_seed_throws_the_same_failures() {
        let throws = |seed| {
            let mut dice = Dice::new(seed);
            (0..500)
                .map(|_| dice.throw(&Faults::storm(seed)))
                .collect::<Vec<_>>()
        };

        assert_eq!(throws(3), throws(3));
        assert_ne!(throws(3), throws(4));
    }
}
