//! Instants as they are shown.

use jiff::Timestamp;

/// In whole seconds: what is less says nothing to a person.
pub(crate) fn in_seconds(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second());
    whole.unwrap_or(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_day_is_its_last_second() {
        let end: Timestamp = "2026-03-31T23:59:59.999999999Z"
            .parse()
            .expect("an instant");
        assert_eq!(in_seconds(end), "2026-03-31T23:59:59Z");
    }
}
