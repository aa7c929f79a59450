//! What the rows of the index are: calls of fifty passages, with facts that filters ask for.

use std::collections::BTreeMap;

use access::{PrivateCalls, Scope};
use anyhow::{Context as _, Result, ensure};
use conversation::{AccountId, CallId, Period, Side, UserId};
use jiff::{SignedDuration, Timestamp};
use memory_store::Filter;
use memory_store::testing::{self, SampleCall};

use super::vectors::{DIMENSIONS, Embedded};

/// Passages of a call.
pub(crate) const PASSAGES: usize = 50;

/// Rows of any number: real ones first, then mixes.
pub(crate) struct Rows {
    real: Embedded,
    /// The real passages of each call that has two or more.
    calls: Vec<Vec<usize>>,
}

impl Rows {
    pub(crate) fn new(real: Embedded) -> Result<Self> {
        let mut calls: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, text) in real.texts.iter().enumerate() {
            let call = text.call.as_deref().context("a passage is of a call")?;
            calls.entry(call).or_default().push(at);
        }
        let calls: Vec<_> = calls.into_values().filter(|of| of.len() > 1).collect();
        ensure!(!calls.is_empty(), "no call has two passages");
        Ok(Self { real, calls })
    }

    /// The text and the vector of a row, always the same.
    pub(crate) fn row(&self, number: usize) -> (String, Vec<f32>) {
        if let Some(text) = self.real.texts.get(number) {
            return (text.text.clone(), self.real.vector(number).to_vec());
        }
        let mut random = Random(number as u64);
        let call = &self.calls[random.below(self.calls.len())];
        let first = random.below(call.len());
        let second = (first + 1 + random.below(call.len() - 1)) % call.len();
        let (first, second) = (call[first], call[second]);
        let share = 0.3 + 0.4 * random.below(1_001) as f32 / 1_000.0;
        let mut mix = vec![0.0; DIMENSIONS];
        let both = self.real.vector(first).iter().zip(self.real.vector(second));
        for (value, (a, b)) in mix.iter_mut().zip(both) {
            *value = share * a + (1.0 - share) * b;
        }
        let length = mix.iter().map(|value| value * value).sum::<f32>().sqrt();
        for value in &mut mix {
            *value /= length;
        }
        let words = |at: usize| -> Vec<&str> { self.real.texts[at].text.split(' ').collect() };
        let (a, b) = (words(first), words(second));
        let text = [&a[..a.len() / 2], &b[b.len() / 2..]].concat().join(" ");
        (text, mix)
    }
}

/// Numbers by chance, the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let below = (mixed ^ (mixed >> 31)) % end as u64;
        usize::try_from(below).expect("below a usize")
    }
}

/// The calls begin an hour apart.
fn began(call: usize) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(i64::try_from(call).expect("few calls"))
}

/// A call with its facts and without words yet.
pub(crate) fn call(number: usize) -> SampleCall {
    let mut call = testing::call(&format!("{number}"))
        .started(began(number))
        .account(&format!("account{}", number % 1_000))
        .user(&format!("user{}", number % 50));
    if number % 50 == 49 {
        call = call.private();
    }
    for one_of in [2, 10, 100] {
        if number.is_multiple_of(one_of) {
            call = call.tag(&format!("one of {one_of}"));
        }
    }
    call
}

/// The side that is heard in a passage.
pub(crate) fn side(passage: usize) -> Side {
    if passage.is_multiple_of(3) {
        Side::Theirs
    } else {
        Side::Ours
    }
}

/// A filter, and whether a passage of a call passes it.
pub(crate) struct Asked {
    pub(crate) name: &'static str,
    pub(crate) filter: Filter,
    pub(crate) passes: fn(call: usize, passage: usize, calls: usize) -> bool,
}

/// The filters that are asked with, in an index of so many calls.
pub(crate) fn filters(calls: usize) -> Result<Vec<Asked>> {
    let all = || Filter::new(Scope::internal());
    let asked = |name, change: &dyn Fn(&mut Filter), passes| {
        let mut filter = all();
        change(&mut filter);
        Asked {
            name,
            filter,
            passes,
        }
    };
    let tagged = |tag: &'static str| move |filter: &mut Filter| filter.tags_any = vec![tag.into()];
    let middle = Period::new(Some(began(calls / 2)), Some(began(calls / 2 + calls / 36)))?;
    let (account, call) = (AccountId::new("account3")?, CallId::new("7")?);
    Ok(vec![
        asked("none", &|_| (), |_, _, _| true),
        Asked {
            name: "not private (98 %)",
            filter: Filter::new(Scope::everything(PrivateCalls::Withheld)),
            passes: |call, _, _| call % 50 != 49,
        },
        asked("a half", &tagged("one of 2"), |call, _, _| call % 2 == 0),
        asked(
            "their side (34 %)",
            &|f| f.side = Some(Side::Theirs),
            |_, passage, _| side(passage) == Side::Theirs,
        ),
        asked("a tenth", &tagged("one of 10"), |call, _, _| call % 10 == 0),
        asked(
            "a month (2.8 %)",
            &|f| f.period = middle,
            |call, _, calls| (calls / 2..calls / 2 + calls / 36).contains(&call),
        ),
        Asked {
            name: "own calls (2 %)",
            filter: Filter::new(Scope::calls_of([UserId::new("user7")?])),
            passes: |call, _, _| call % 50 == 7,
        },
        asked("a hundredth", &tagged("one of 100"), |call, _, _| {
            call % 100 == 0
        }),
        asked(
            "an account (.1 %)",
            &|f| f.accounts = vec![account.clone()],
            |call, _, _| call % 1_000 == 3,
        ),
        asked("a call", &|f| f.calls = vec![call.clone()], |call, _, _| {
            call == 7
        }),
    ])
}
