//! Whether every number of a claim stands in its sentences.

use super::dates::Mention;
use super::numbers::{Quantity, SCALE, Unit, is_pronoun, quantities};
use crate::material::Sentence;
use insights::text::words;

/// What came of the numbers of a claim.
pub(super) struct Checked {
    pub(super) are_supported: bool,
    pub(super) count: usize,
}

impl Checked {
    pub(super) fn of(
        text: &str,
        dated: &[Mention],
        cited: &[Sentence<'_, '_>],
        known: &[String],
    ) -> Self {
        let cut = words(text);
        let is_date = |quantity: &Quantity| {
            dated.iter().any(|mention| {
                mention.words.start < quantity.words.end && quantity.words.start < mention.words.end
            }) && !matches!(quantity.unit, Unit::Money(_) | Unit::Percent)
        };
        let claimed: Vec<_> = quantities(text)
            .into_iter()
            .filter(|quantity| !quantity.is_reading && !is_date(quantity))
            .filter(|quantity| !is_pronoun(&cut, quantity) && !is_figure_of_speech(quantity, &cut))
            .collect();
        let said: Vec<_> = cited
            .iter()
            .map(|sentence| sentence.line.text)
            .chain(known.iter().map(String::as_str))
            .flat_map(quantities)
            .collect();
        Self {
            are_supported: claimed.iter().all(|claim| is_said(claim, &said))
                && have_rates(text, cited, known),
            count: claimed.len(),
        }
    }
}

/// Whether "per month" is not said of what is per year: every rate of a claim is a rate there.
fn have_rates(text: &str, cited: &[Sentence<'_, '_>], known: &[String]) -> bool {
    let said: Vec<_> = cited
        .iter()
        .map(|sentence| sentence.line.text)
        .chain(known.iter().map(String::as_str))
        .flat_map(rates)
        .collect();
    rates(text).iter().all(|rate| said.contains(rate))
}

/// The periods for which something is counted: "a month", "per year", "monthly".
fn rates(text: &str) -> Vec<&'static str> {
    let cut = words(text);
    let lower = |at: usize| cut.get(at).map_or("", |word| word.lower.as_str());
    (0..cut.len())
        .filter_map(|at| match lower(at) {
            "hourly" => Some("hour"),
            "daily" => Some("day"),
            "weekly" => Some("week"),
            "monthly" => Some("month"),
            "quarterly" => Some("quarter"),
            "yearly" | "annual" | "annually" | "annum" => Some("year"),
            "per" | "a" | "an" | "each" | "every" | "single" | "the" => {
                let period = lower(at + 1);
                ["hour", "day", "week", "month", "quarter", "year"]
                    .into_iter()
                    .find(|one| *one == period)
                    .filter(|_| lower(at) != "the" || lower(at.wrapping_sub(1)) == "for")
            }
            _ => None,
        })
        .collect()
}

/// "First" as in "would first like to" orders, it does not count.
fn is_figure_of_speech(quantity: &Quantity, cut: &[insights::text::Word]) -> bool {
    let only = cut
        .get(quantity.words.start)
        .filter(|_| quantity.words.len() == 1)
        .map_or("", |word| word.lower.as_str());
    (only == "first" && quantity.noun.is_none())
        || matches!(only, "a" | "an") && {
            // "A year" without another number is a rate or a manner of speaking.
            quantity.value == SCALE || quantity.words.len() == 1
        }
}

fn is_said(claim: &Quantity, said: &[Quantity]) -> bool {
    // A bare number may be of what the claim says, unless the sentences say such a thing outright.
    let is_same_unit = |one: &Quantity| {
        std::mem::discriminant(&one.unit) == std::mem::discriminant(&claim.unit)
            && claim.unit != Unit::Plain
    };
    let is_outright = said.iter().any(is_same_unit);
    let bears = |one: &Quantity| {
        let is_bare = one.unit == Unit::Plain && claim.unit != Unit::Plain;
        fits(claim, one) && !(is_outright && is_bare)
    };
    if !said.iter().any(bears) {
        return false;
    }
    // "40 users and 12 sites" does not bear "12 users".
    let Some(noun) = &claim.noun else { return true };
    let of_noun: Vec<_> = said
        .iter()
        .filter(|one| one.noun.as_ref() == Some(noun))
        .collect();
    // "Four depots rather than one" does bear "one depot".
    let is_left_out = said
        .iter()
        .any(|one| one.noun.is_none() && one.unit == Unit::Plain && bears(one));
    of_noun.is_empty() || is_left_out || of_noun.iter().any(|one| fits(claim, one))
}

fn fits(claim: &Quantity, said: &Quantity) -> bool {
    let same = claim.value == said.value;
    match (&claim.unit, &said.unit) {
        (Unit::Money(one), Unit::Money(other)) => {
            same && (one.is_none() || other.is_none() || one == other)
        }
        (Unit::Money(_), Unit::Plain) => same || is_short(claim, said),
        (Unit::Plain, Unit::Money(_)) => (same || is_short(claim, said)) && claim.noun.is_none(),
        (Unit::Plain, Unit::Plain) => {
            same && (claim.noun.is_none()
                || said.noun.is_none()
                || claim.noun == said.noun
                || said.is_reading
                || may_be_renamed(claim, said))
                || (claim.noun.is_none() && is_short(claim, said))
        }
        (Unit::Percent, Unit::Percent) => {
            // "Two thirds" is 67 % as well as 66 %.
            (claim.value - said.value).abs() < SCALE && (same || said.value % SCALE != 0)
        }
        (Unit::Percent | Unit::Times | Unit::Ordinal, Unit::Plain) => same && said.noun.is_none(),
        (Unit::Minutes | Unit::Months, Unit::Plain) => {
            said.noun.is_none() && !said.is_reading && spans(claim).contains(&said.value)
        }
        (Unit::Plain, Unit::Percent | Unit::Times | Unit::Ordinal) => same && claim.noun.is_none(),
        (Unit::Plain, Unit::Minutes | Unit::Months) => {
            claim.noun.is_none() && spans(said).contains(&claim.value)
        }
        (Unit::Clock(one), Unit::Clock(other)) => {
            let half_day = 720 * SCALE;
            claim.value % half_day == said.value % half_day
                && (one.is_none() || other.is_none() || one == other)
        }
        (Unit::Clock(_), Unit::Plain) => {
            claim.value % (60 * SCALE) == 0
                && claim.value / 60 % (12 * SCALE) == said.value % (12 * SCALE)
                && said.value <= 24 * SCALE
        }
        (Unit::Plain, Unit::Clock(_)) => said.value == claim.value * 60 && claim.noun.is_none(),
        (Unit::Minutes, Unit::Minutes)
        | (Unit::Months, Unit::Months)
        | (Unit::Times, Unit::Times)
        | (Unit::Ordinal, Unit::Ordinal) => same,
        _ => false,
    }
}

/// The same count of another word for the same: "40 seats" for "40 people", not "40 sites" for
/// "40 people".
fn may_be_renamed(claim: &Quantity, said: &Quantity) -> bool {
    const ALIKE: [&[&str]; 6] = [
        &[
            "user", "seat", "licens", "licenc", "peopl", "person", "employe", "head", "staff",
            "rep", "agent", "account",
        ],
        &[
            "site", "locat", "offic", "warehous", "plant", "store", "branch",
        ],
        &[
            "compani",
            "vendor",
            "supplier",
            "provid",
            "competitor",
            "tool",
            "system",
            "product",
            "option",
        ],
        &["call", "meet", "session", "demo"],
        &["invoic", "bill", "payment"],
        &["entiti", "subsidiari", "countri", "compani"],
    ];
    let (Some(one), Some(other)) = (&claim.noun, &said.noun) else {
        return true;
    };
    crate::words::are_kin(one, other)
        || ALIKE
            .iter()
            .any(|group| group.contains(&one.as_str()) && group.contains(&other.as_str()))
}

/// "We're at forty, maybe forty five": thousands go without saying where money is meant.
fn is_short(claim: &Quantity, said: &Quantity) -> bool {
    said.noun.is_none()
        && !said.is_scaled
        && said.value < 1_000 * SCALE
        && said.value > 0
        && claim.value == said.value * 1_000
}

/// How many days, weeks, months or years a span is.
fn spans(span: &Quantity) -> Vec<i128> {
    let each: &[i128] = match span.unit {
        Unit::Minutes => &[1, 60, 1_440, 10_080],
        _ => &[1, 3, 12],
    };
    each.iter()
        .filter(|each| span.value % **each == 0)
        .map(|each| span.value / each)
        .collect()
}
