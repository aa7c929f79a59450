//! Numbers that stand together: ranges, and what can be read in two ways.

use insights::text::Word;

use super::{Quantity, SCALE, Unit, plain};
use crate::words::bare;

/// "Thirty to forty thousand", "$30-40k", "two or three weeks": the first is of what the second is.
pub(super) fn inherit(text: &str, cut: &[Word], found: &mut [Quantity]) {
    for at in 0..found.len().saturating_sub(1) {
        let (Some(first), Some(second)) = (found.get(at).cloned(), found.get(at + 1).cloned())
        else {
            continue;
        };
        let between = cut
            .get(first.words.end..second.words.start)
            .unwrap_or_default();
        let gap = cut
            .get(first.words.end.saturating_sub(1))
            .zip(cut.get(second.words.start))
            .and_then(|(one, other)| text.get(one.bytes.end..other.bytes.start))
            .unwrap_or_default();
        let is_range = match between {
            [] => matches!(gap.trim(), "-" | "–" | "—" | "/"),
            [joint] => matches!(joint.lower.as_str(), "to" | "or" | "and"),
            _ => false,
        };
        if !is_range {
            continue;
        }
        // "From six percent to four": the second is of what the first is.
        if second.unit == Unit::Plain
            && second.noun.is_none()
            && matches!(first.unit, Unit::Percent | Unit::Money(_))
            && let Some(later) = found.get_mut(at + 1)
        {
            later.unit = first.unit.clone();
        }
        let Some(range) = found.get_mut(at) else {
            continue;
        };
        if range.unit == Unit::Plain && range.noun.is_none() {
            let each = match second.unit {
                Unit::Minutes | Unit::Months => per_unit(cut, &second),
                _ => 1,
            };
            range.value *= each;
            range.unit = second.unit.clone();
            range.noun.clone_from(&second.noun);
        }
        let is_money_or_plain = matches!(second.unit, Unit::Money(_) | Unit::Plain);
        if is_money_or_plain && second.is_scaled && !range.is_scaled {
            let scale = scale_of(second.value);
            if range.value < second.value && range.value / SCALE < 1_000 {
                range.value *= scale;
                range.is_scaled = true;
            }
        }
    }
}

fn per_unit(cut: &[Word], of: &Quantity) -> i128 {
    let last = of.words.end.checked_sub(1).and_then(|at| cut.get(at));
    match last.map_or("", |word| bare(&word.lower)) {
        "hour" | "hours" | "hrs" => 60,
        "day" | "days" => 1_440,
        "week" | "weeks" => 10_080,
        "quarter" | "quarters" => 3,
        "year" | "years" | "yr" | "yrs" => 12,
        _ => 1,
    }
}

fn scale_of(value: i128) -> i128 {
    let units = value / SCALE;
    if units >= 1_000_000 { 1_000_000 } else { 1_000 }
}

/// Other ways to read what was said: "two fifty" is 250 as well, "ten thirty" is a time as well.
pub(super) fn readings(text: &str, cut: &[Word], found: &[Quantity]) -> Vec<Quantity> {
    let mut more = Vec::new();
    for pair in found.windows(2) {
        let [first, second] = pair else { continue };
        let is_next = first.words.end == second.words.start && first.unit == Unit::Plain;
        let gap = cut
            .get(first.words.end.saturating_sub(1))
            .zip(cut.get(second.words.start))
            .and_then(|(one, other)| text.get(one.bytes.end..other.bytes.start));
        if !is_next || gap.is_none_or(|gap| !matches!(gap, " " | "-" | ":" | ".")) {
            continue;
        }
        let (one, other) = (first.value / SCALE, second.value / SCALE);
        let words = first.words.start..second.words.end;
        if (1..=23).contains(&one) && (0..60).contains(&other) && !second.is_scaled {
            let mut clock = plain((one * 60 + other) * SCALE, Unit::Clock(None), words.clone());
            clock.is_reading = true;
            more.push(clock);
        }
        let scale = if second.is_scaled {
            scale_of(second.value)
        } else {
            1
        };
        let small = other / scale;
        if (1..=99).contains(&one) && (10..=99).contains(&small) {
            more.push(Quantity {
                value: (one * 100 + small) * scale * SCALE,
                unit: second.unit.clone(),
                noun: second.noun.clone(),
                words,
                is_reading: true,
                is_scaled: second.is_scaled,
            });
        }
    }
    more
}
