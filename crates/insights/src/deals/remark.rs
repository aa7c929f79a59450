//! What rules read of a finding: what it is and the sentence it is about.

use conversation::Citation;

use crate::{Finding, Kind, Value};

/// Something that was found in a call, with the sentence it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    value: Value,
    place: Citation,
}

impl Remark {
    /// Something at a sentence.
    pub const fn new(value: Value, place: Citation) -> Self {
        Self { value, place }
    }

    /// What rules read of a finding; none of one that they do not ask for, or that is about no
    /// sentence.
    pub fn of(finding: &Finding) -> Option<Self> {
        let place = finding.evidence().place()?;
        Self::is_asked_for(finding.kind())
            .then(|| Self::new(finding.value().clone(), place.clone()))
    }

    /// Whether rules, features or competitors ask for findings of a kind.
    pub const fn is_asked_for(kind: Kind) -> bool {
        !matches!(kind, Kind::Question | Kind::Filler | Kind::Tracker)
    }

    /// What it is about.
    pub const fn kind(&self) -> Kind {
        self.value.kind()
    }

    /// What was found.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The sentence.
    pub const fn place(&self) -> &Citation {
        &self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::found;
    use conversation::CallId;

    #[test]
    fn what_no_rule_asks_for_is_left_out() {
        let call = CallId::new("1").expect("an id");
        let of = |value: Value| Remark::of(&found(&call, 3, value));

        let price = of(Value::Pricing).expect("rules ask for prices");

        assert_eq!(price.place().sentence.to_string(), "3.0");
        assert_eq!(price.kind(), Kind::Pricing);
        assert_eq!(of(Value::Filler { count: 2 }), None);
    }
}
