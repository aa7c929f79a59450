//! Made-up deals whose truth is known: how each ends is drawn first, and its calls are planned from it.
//!
//! Everything here is synthetic. What is measured on it shows arithmetic, gates and honesty about dates; it says
//! nothing about real calls.

mod telling;

use std::fmt::Write;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rand::RngExt;

use crate::{Result, World, WorldCall, seeded};

/// The columns of the deals' CSV.
const COLUMNS: &str =
    "deal_id,account,name,stage,amount,currency,close_date,created,owner_email,closed_on";
/// The first day on which a deal is made.
const FIRST: Date = date(2024, 1, 1);
/// Days over which deals are made.
const DAYS: i64 = 730;
/// Stages of an open deal, in order.
const STAGES: [&str; 4] = ["Discovery", "Evaluation", "Proposal", "Negotiation"];
/// Calls of each deal.
const CALLS: usize = 4;
/// The share of deals that are won where nothing has an effect.
const WON: f64 = 0.3;
/// By how much a close date moves when it is reached.
const PUSHED_DAYS: i64 = 30;
const HOSTS: usize = 24;

/// Something that is said in a call because the plan of its deal wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signal {
    /// Our price is spoken of.
    Pricing,
    /// The customer is looking at a competitor.
    Competitor,
    /// A next step is agreed.
    NextStep,
    /// The customer's money is gone.
    RedFlag,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Pricing,
        Self::Competitor,
        Self::NextStep,
        Self::RedFlag,
    ];
}

/// What makes winning likelier.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: what is said has nothing to do with how deals end.
    None,
    /// Deals with this signal are won more often, or less often below 0, by so much of 1.
    Of(Signal, f64),
}

/// A signal and where it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planted {
    /// What is said.
    pub signal: Signal,
    /// In which sentence of the transcript, from 0, over all its monologues.
    pub sentence: usize,
}

/// A call as planned, with the truth of what is said in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedCall {
    /// Its id in Gong.
    pub id: String,
    /// When it takes place: after the deal was made and before it ends.
    pub started: Timestamp,
    /// What should be found in it.
    pub planted: Vec<Planted>,
}

/// A deal with its whole story.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedDeal {
    /// Its id in the CRM.
    pub id: String,
    /// The customer.
    pub account: String,
    /// The customer's id in the CRM.
    pub account_id: String,
    /// The amount in EUR.
    pub amount: u32,
    /// Who sells.
    pub owner_email: String,
    /// When it was made.
    pub created: Date,
    /// When it ends.
    pub closed_on: Date,
    /// Whether it is won.
    pub is_won: bool,
    /// What is said in its calls.
    pub signals: Vec<Signal>,
    /// Its calls, in order.
    pub calls: Vec<PlannedCall>,
    first_close_date: Date,
    /// How many of the stages it goes through.
    reached: usize,
    host: usize,
}

/// The deals of a pretended company.
///
/// ```
/// use gong_sim::{Deals, Effect};
/// use jiff::civil::date;
///
/// let deals = Deals::generate(7, 100, Effect::None);
/// let then = deals.csv_as_of(date(2025, 3, 1));
/// assert!(then.starts_with("deal_id,account,name,stage,"));
/// assert_eq!(deals.calls().count(), 400);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Deals {
    seed: u64,
    deals: Vec<PlannedDeal>,
}

impl Deals {
    /// So many deals, made over two years, the same for the same seed. A chance of winning outside 0–1 is cut off.
    pub fn generate(seed: u64, deals: usize, effect: Effect) -> Self {
        Self {
            seed,
            deals: (0..deals)
                .map(|number| plan(seed, number, deals, effect))
                .collect(),
        }
    }

    /// The deals with their truth.
    pub fn deals(&self) -> &[PlannedDeal] {
        &self.deals
    }

    /// What the CRM showed at the end of this day, as CSV: deals not made yet are not in it, and how a deal ends is
    /// not told before it does. Several days give dated versions of the same deals.
    pub fn csv_as_of(&self, day: Date) -> String {
        let mut csv = format!("{COLUMNS}\n");
        for deal in self.deals.iter().filter(|deal| deal.created <= day) {
            let closed = if deal.closed_on <= day {
                deal.closed_on.to_string()
            } else {
                String::new()
            };
            // Writing to a string cannot fail.
            let _ = writeln!(
                csv,
                "{},{},{} rollout,{},{},EUR,{},{},{},{closed}",
                deal.id,
                deal.account,
                deal.account,
                deal.stage_as_of(day),
                deal.amount,
                deal.close_date_as_of(day),
                deal.created,
                deal.owner_email,
            );
        }
        csv
    }

    /// The calls of all deals as Gong has them, each with its deal and account in the CRM as of that day; made one by
    /// one as they are asked for.
    pub fn calls(&self) -> impl Iterator<Item = Result<WorldCall>> {
        let of_deal = move |deal| move |call| telling::call(self.seed, deal, call);
        self.deals
            .iter()
            .flat_map(move |deal| deal.calls.iter().map(of_deal(deal)))
    }

    /// The company whose Gong has all these calls; they are held in memory, about twenty kilobytes each.
    pub fn world(&self) -> Result<World> {
        self.calls()
            .try_fold(World::empty(), |world, call| world.with_call(call?))
    }
}

impl PlannedDeal {
    /// Its stage at the end of this day.
    pub fn stage_as_of(&self, day: Date) -> &'static str {
        if self.closed_on <= day {
            return if self.is_won {
                "Closed Won"
            } else {
                "Closed Lost"
            };
        }
        let stage = whole(self.reached) * days(self.created, day)
            / days(self.created, self.closed_on).max(1);
        let stage = usize::try_from(stage).unwrap_or(0);
        STAGES.get(stage).copied().unwrap_or(STAGES[0])
    }

    /// When it was expected to close at the end of this day: a date that is reached moves by thirty days.
    pub fn close_date_as_of(&self, day: Date) -> Date {
        if self.closed_on <= day {
            return self.closed_on;
        }
        let late = days(self.first_close_date, day);
        if late < 0 {
            return self.first_close_date;
        }
        after(
            self.first_close_date,
            (late / PUSHED_DAYS + 1) * PUSHED_DAYS,
        )
    }
}

/// How the deal ends comes first; all else follows from it.
fn plan(seed: u64, number: usize, of: usize, effect: Effect) -> PlannedDeal {
    let mut rng = seeded::rng(seed, &format!("deal {number}"));
    let mut signals = Signal::ALL.to_vec();
    signals.retain(|_| rng.random_bool(0.5));
    let chance = match effect {
        Effect::Of(signal, more) if signals.contains(&signal) => WON + more,
        _ => WON,
    };
    let is_won = rng.random_bool(chance.clamp(0.0, 1.0));
    let reached = if is_won {
        STAGES.len()
    } else {
        rng.random_range(1..=STAGES.len())
    };
    let created = after(FIRST, whole(number) * DAYS / whole(of.max(1)));
    let length = rng.random_range(30..=120);
    let host = rng.random_range(0..HOSTS);
    let account_number = rng.random_range(0..of.div_ceil(2).max(1));
    let said_in: Vec<(Signal, usize)> = signals
        .iter()
        .map(|signal| (*signal, rng.random_range(0..CALLS)))
        .collect();
    let calls = (0..CALLS).map(|at| {
        let said = said_in.iter().filter(|(_, call)| *call == at);
        // Before the last day: no call knows the end.
        let day = after(created, whole(at) * (length - 1) / whole(CALLS));
        PlannedCall {
            id: call_id(seed, number * CALLS + at),
            started: TimeZone::UTC
                .to_timestamp(day.at(9 + i8::try_from(host % 8).unwrap_or(0), 0, 0, 0))
                .unwrap_or(Timestamp::MAX),
            planted: telling::places(said.map(|(signal, _)| *signal)),
        }
    });
    PlannedDeal {
        id: format!("006{number:09}"),
        account: format!("Customer {account_number}"),
        account_id: format!("001{account_number:09}"),
        amount: rng.random_range(5..=200) * 1000,
        owner_email: format!("seller.{host}@seller.example"),
        created,
        closed_on: after(created, length),
        is_won,
        signals,
        calls: calls.collect(),
        first_close_date: after(created, rng.random_range(30..=90)),
        reached,
        host,
    }
}

/// 19 digits, unique by construction and none of those that other made-up calls have.
fn call_id(seed: u64, number: usize) -> String {
    let salt = seeded::fingerprint(&seed.to_le_bytes()) % 1_000_000_000;
    format!("6{salt:09}{number:09}")
}

/// A count to reckon days with.
fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn days(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

fn after(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

#[cfg(test)]
mod tests;
