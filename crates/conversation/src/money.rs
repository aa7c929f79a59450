//! Amounts of money: whole hundredths, so that sums are exact, and never without a currency.

use std::fmt;
use std::str::FromStr;

/// A currency by its three letters, like `EUR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Says why a text is no currency or no amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMoney {
    /// It is not three letters.
    #[error("a currency is three letters, like EUR")]
    Currency,
    /// It is no decimal number, or too large to be counted exactly.
    #[error("an amount is a decimal number like 42000 or 42000.50, below 90 trillion")]
    Amount,
}

impl Currency {
    /// The three letters, in upper case.
    #[expect(
        clippy::missing_panics_doc,
        reason = "no caller can make one of other bytes"
    )]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only letters of ASCII were let in")
    }
}

impl FromStr for Currency {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let letters: [u8; 3] = text
            .as_bytes()
            .try_into()
            .map_err(|_| InvalidMoney::Currency)?;
        if letters.iter().all(u8::is_ascii_alphabetic) {
            Ok(Self(letters.map(|letter| letter.to_ascii_uppercase())))
        } else {
            Err(InvalidMoney::Currency)
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An amount of a currency.
///
/// ```
/// use conversation::Money;
///
/// let amount = Money::parse("42000.5", "eur".parse()?)?;
/// assert_eq!(amount.to_string(), "42000.50 EUR");
/// # Ok::<(), conversation::InvalidMoney>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    hundredths: i64,
    currency: Currency,
}

/// Beyond this, sums of many amounts could overflow.
const MAX_HUNDREDTHS: i64 = 9_000_000_000_000_000;

impl Money {
    /// So many hundredths of a currency, at most 90 trillion of its whole units either way.
    pub const fn of_hundredths(hundredths: i64, currency: Currency) -> Result<Self, InvalidMoney> {
        if hundredths > MAX_HUNDREDTHS || hundredths < -MAX_HUNDREDTHS {
            return Err(InvalidMoney::Amount);
        }
        Ok(Self {
            hundredths,
            currency,
        })
    }

    /// Reads a decimal number with a point; what is finer than hundredths is rounded, half away from 0.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, InvalidMoney> {
        let text = text.trim();
        let (is_below_zero, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(part) {
            return Err(InvalidMoney::Amount);
        }
        let digit = |at: usize| {
            part.as_bytes()
                .get(at)
                .map_or(0, |byte| i64::from(byte - b'0'))
        };
        let fraction = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
        let hundredths = whole
            .parse::<i64>()
            .ok()
            .and_then(|whole| whole.checked_mul(100))
            .and_then(|whole| whole.checked_add(fraction))
            .ok_or(InvalidMoney::Amount)?;
        Self::of_hundredths(
            if is_below_zero {
                -hundredths
            } else {
                hundredths
            },
            currency,
        )
    }

    /// The amount in hundredths.
    pub const fn hundredths(&self) -> i64 {
        self.hundredths
    }

    /// The amount in whole units, for what is reckoned with chances and shown rounded.
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact below 2^53, which the bound keeps"
    )]
    pub const fn units(&self) -> f64 {
        self.hundredths as f64 / 100.0
    }

    /// Of what.
    pub const fn currency(&self) -> Currency {
        self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let all = self.hundredths.unsigned_abs();
        f.pad(&format!(
            "{sign}{}.{:02} {}",
            all / 100,
            all % 100,
            self.currency
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let euro: Currency = "eur".parse().expect("a currency");
        let hundredths = |text| Money::parse(text, euro).map(|money| money.hundredths());
        assert_eq!(hundredths("84000"), Ok(8_400_000));
        assert_eq!(hundredths(" 0.1 "), Ok(10));
        assert_eq!(hundredths("-3.005"), Ok(-301));
        assert_eq!(hundredths("1.999"), Ok(200));
        for bad in [
            "",
            ".5",
            "1e6",
            "1,000",
            "12 000",
            "NaN",
            "90000000000000.01",
        ] {
            assert_eq!(hundredths(bad), Err(InvalidMoney::Amount), "{bad:?}");
        }
    }

    #[test]
    fn a_currency_is_three_letters() {
        assert_eq!(
            "usd".parse::<Currency>().map(|c| c.to_string()),
            Ok("USD".into())
        );
        for bad in ["", "EU", "EURO", "€", "12A"] {
            assert_eq!(
                bad.parse::<Currency>(),
                Err(InvalidMoney::Currency),
                "{bad:?}"
            );
        }
    }
}
