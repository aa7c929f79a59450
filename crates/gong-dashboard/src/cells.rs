//! Numbers, days and shares as people read them.

/// A whole number with commas between thousands.
pub(crate) fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if number < 0.0 && digits != "0" {
        grouped.insert(0, '−');
    }
    grouped
}

/// A sum in few characters: 1.24 M, 840 k.
pub(crate) fn short(number: f64) -> String {
    let size = number.abs();
    let sign = if number < 0.0 { "−" } else { "" };
    if size >= 999_500.0 {
        format!("{sign}{:.2} M", size / 1e6)
    } else if size >= 9_950.0 {
        format!("{sign}{:.0} k", size / 1e3)
    } else if size >= 1_000.0 {
        format!("{sign}{:.1} k", size / 1e3)
    } else {
        whole(number)
    }
}

/// The number of a decimal text of a view, `84000.00` or `84000.00 EUR`.
pub(crate) fn amount(text: &str) -> f64 {
    let number = text.split(' ').next().unwrap_or_default();
    number.parse().unwrap_or_default()
}

/// The amount of a view with its currency, without its hundredths: `84,000 EUR`.
pub(crate) fn money(text: &str) -> String {
    match text.split_once(' ') {
        Some((number, currency)) => format!("{} {currency}", whole(amount(number))),
        None => whole(amount(text)),
    }
}

/// A share as a percentage without decimals.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// The day of an instant of a view.
pub(crate) fn day(instant: &str) -> &str {
    instant.get(..10).unwrap_or(instant)
}

/// Day and minute of an instant of a view.
pub(crate) fn minute(instant: &str) -> String {
    match (instant.get(..10), instant.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        _ => instant.to_owned(),
    }
}

/// Seconds as minutes and seconds.
pub(crate) fn clock(seconds: f64) -> String {
    let whole = format!("{:.0}", seconds.max(0.0))
        .parse::<u64>()
        .unwrap_or(0);
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(whole(1_234_567.4), "1,234,567");
        assert_eq!(whole(-999.6), "−1,000");
        assert_eq!(whole(-0.2), "0");
        assert_eq!(short(1_236_000.0), "1.24 M");
        assert_eq!(short(999_900.0), "1.00 M");
        assert_eq!(short(84_400.0), "84 k");
        assert_eq!(short(9_940.0), "9.9 k");
        assert_eq!(short(-620.0), "−620");
        assert_eq!(money("84000.50 EUR"), "84,000 EUR");
        assert_eq!(percent(0.426), "43 %");
        assert_eq!(minute("2026-03-31T09:15:59Z"), "2026-03-31 09:15");
        assert_eq!(day("soon"), "soon");
        assert_eq!(clock(3_725.2), "1:02:05");
        assert_eq!(clock(65.0), "1:05");
    }
}
