//! Things with a name or a number in a sentence: organisations, people, places, products, money,
//! percentages, dates.
//!
//! Rules over the sentence and over the call: a capital letter counts where the sentence does not
//! begin, the names of those who take part are people, and a name that is set beside "Inc" or "bank"
//! once is an organisation in the whole call.

mod first_names;
mod lists;
mod names;
mod numbers;
mod places;

use crate::CallView;

/// What a named thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// A company, an institution.
    Org,
    /// A person.
    Person,
    /// A country, state or city.
    Gpe,
    /// Another place.
    Loc,
    /// A people, "European".
    Norp,
    /// A product.
    Product,
    /// An amount of money.
    Money,
    /// A percentage.
    Percent,
    /// A day, month, quarter, year, or "next week".
    Date,
    /// A time of day.
    Time,
    /// "first", "31st".
    Ordinal,
    /// Any other number.
    Cardinal,
}

impl EntityKind {
    /// The word that is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Org => "ORG",
            Self::Person => "PERSON",
            Self::Gpe => "GPE",
            Self::Loc => "LOC",
            Self::Norp => "NORP",
            Self::Product => "PRODUCT",
            Self::Money => "MONEY",
            Self::Percent => "PERCENT",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Ordinal => "ORDINAL",
            Self::Cardinal => "CARDINAL",
        }
    }
}

/// A named thing in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Entity {
    /// The sentence, by position among the lines of the call.
    pub line: usize,
    /// What it is.
    pub kind: EntityKind,
    /// How it is written there.
    pub text: String,
}

/// The entities of a call, in order of the sentences.
pub fn entities(call: &CallView<'_>) -> Vec<Entity> {
    let known = names::Known::of(call);
    let mut found = Vec::new();
    for (at, line) in call.lines().iter().enumerate() {
        let mut kinds = numbers::numbers(line);
        kinds.extend(known.names(line));
        found.extend(kinds.into_iter().map(|(kind, text)| Entity {
            line: at,
            kind,
            text,
        }));
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    fn kinds(text: &str) -> Vec<(&'static str, String)> {
        let call = call_of(&[("ours", text)]);
        let found = entities(&call.view()).into_iter();
        found.map(|one| (one.kind.as_str(), one.text)).collect()
    }

    fn has(text: &str, kind: &str) -> bool {
        kinds(text).iter().any(|(found, _)| *found == kind)
    }

    #[test]
    fn numbers_are_told_apart_by_what_stands_beside_them() {
        assert!(has("It costs $45,000 a year.", "MONEY"));
        assert!(has("About 20 million dollars.", "MONEY"));
        assert!(has("Margins rose 3%.", "PERCENT") && has("Five percent, then.", "PERCENT"));
        assert!(has("See you on Tuesday.", "DATE") && has("In the third quarter.", "DATE"));
        assert!(has("We have 12 people.", "CARDINAL") && !has("We have people.", "CARDINAL"));
        assert!(!has("We may go.", "DATE") && has("In May we go.", "DATE"));
    }

    #[test]
    fn names_are_capital_where_nothing_else_makes_them_so() {
        assert!(has("We moved to Northwind Systems last year.", "ORG"));
        assert!(has("They ship from Germany.", "GPE"));
        assert!(has("Thank you, Steve.", "PERSON"));
        assert!(!has("Thank you so much.", "PERSON"));
        assert!(!has("However, nobody knows.", "ORG"));
    }

    #[test]
    fn an_entity_stands_in_its_sentence() {
        let call = call_of(&[
            ("ours", "Hi."),
            ("theirs", "It was $5 at Wells Fargo Bank in Mexico."),
        ]);
        for entity in entities(&call.view()) {
            let view = call.view();
            let line = &view.lines()[entity.line];
            assert!(line.text.contains(&entity.text), "{entity:?}");
        }
    }
}
