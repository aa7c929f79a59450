//! What was hidden in one request, and how it comes back.

use std::collections::HashMap;

use super::names::Names;
use super::patterns::{Kind, patterns};

/// The words that stand before the number of a pseudonym.
const WORDS: [&str; 6] = ["Person", "Email", "Phone", "Card", "Iban", "Text"];

/// Pseudonyms of one request.
pub(super) struct Redaction {
    names: Names,
    hidden: HashMap<(Kind, String), String>,
    counts: HashMap<Kind, usize>,
    restored: HashMap<String, String>,
}

impl Redaction {
    pub(super) fn of(people: &[String]) -> Self {
        let names = Names::of(people);
        let restored = names.restored().collect();
        Self {
            names,
            hidden: HashMap::new(),
            counts: HashMap::new(),
            restored,
        }
    }

    /// The text with pseudonyms in place of what leads to a person.
    pub(super) fn hide(&mut self, text: &str) -> String {
        let mut hidden = String::with_capacity(text.len());
        let mut end = 0;
        // Words of the call that look like pseudonyms are hidden too, or somebody could have a name
        // put into the answer by saying "Person underscore one".
        for (range, kind) in patterns(text, &pseudonyms(text)) {
            hidden.push_str(
                &self
                    .names
                    .hide(text.get(end..range.start).unwrap_or_default()),
            );
            let original = text.get(range.clone()).unwrap_or_default();
            hidden.push_str(&self.pseudonym(kind, original));
            end = range.end;
        }
        hidden.push_str(&self.names.hide(text.get(end..).unwrap_or_default()));
        hidden
    }

    /// The text with what was hidden in place of its pseudonyms.
    pub(super) fn restore(&self, text: &str) -> String {
        let mut restored = String::with_capacity(text.len());
        let mut end = 0;
        for range in pseudonyms(text) {
            let pseudonym = text.get(range.clone()).unwrap_or_default();
            let Some(original) = self.restored.get(&canonical(pseudonym)) else {
                continue;
            };
            restored.push_str(text.get(end..range.start).unwrap_or_default());
            restored.push_str(original);
            end = range.end;
        }
        restored.push_str(text.get(end..).unwrap_or_default());
        restored
    }

    fn pseudonym(&mut self, kind: Kind, original: &str) -> String {
        let key = (kind, original.to_owned());
        if let Some(known) = self.hidden.get(&key) {
            return known.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let pseudonym = format!("{}_{count}", kind.word());
        self.restored
            .insert(canonical(&pseudonym), original.to_owned());
        self.hidden.insert(key, pseudonym.clone());
        pseudonym
    }
}

fn canonical(pseudonym: &str) -> String {
    pseudonym.to_ascii_lowercase()
}

/// Everything that is written like a pseudonym.
fn pseudonyms(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let lower = text.to_ascii_lowercase();
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    for word in WORDS {
        let start_of = format!("{}_", word.to_ascii_lowercase());
        for (start, _) in lower.match_indices(&start_of) {
            let digits = start + start_of.len();
            let rest = lower.get(digits..).unwrap_or_default();
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let before = lower.get(..start).and_then(|text| text.chars().next_back());
            let after = rest.get(length..).and_then(|text| text.chars().next());
            if length > 0 && !before.is_some_and(is_word) && !after.is_some_and(is_word) {
                found.push(start..digits + length);
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people() -> Vec<String> {
        ["Dana Whitfield", "Omar El-Haddad", "Sam Lee", "Sam Ortega"]
            .map(str::to_owned)
            .to_vec()
    }

    fn check(text: &str, expected: &str) {
        let mut redaction = Redaction::of(&people());
        assert_eq!(redaction.hide(text), expected);
    }

    #[test]
    fn what_leads_to_a_person_is_hidden() {
        check("Dana Whitfield's desk, DANA", "Person_1's desk, Person_1");
        check("thanks omar", "thanks Person_2");
        check("Sam Lee and Sam Ortega", "Person_3 and Person_4");
        check("Sam, are you there?", "Person_5, are you there?");
        check(
            "dana@northwind.example, or D.W@x.co.uk.",
            "Email_1, or Email_2.",
        );
        check("dana dot w at northwind dot com please", "Email_1 please");
        check(
            "call 020 7946 0018 or (555) 010-4477",
            "call Phone_1 or Phone_2",
        );
        check(
            "it's five five five oh one double four seven",
            "it's Phone_1",
        );
        check("card 4111 1111 1111 1111, thanks", "card Card_1, thanks");
        check("card 4111 1111 1111 1112", "card Phone_1 1112");
        check(
            "IBAN GB82 WEST 1234 5698 7654 32 it is",
            "IBAN Iban_1 it is",
        );
        check("see Person_1 and Email_2", "see Text_1 and Text_2");
    }

    #[test]
    fn numbers_of_a_business_stay() {
        for stays in [
            "It costs $1,200,000 for 2,500 seats until 2026-03-12.",
            "1 200 000 euros, 45.50 each, 3.5 percent",
            "We have 1500 users and 20 sites in 2027",
            "[S12] 00:03:41 theirs",
            "ten, nine, eight people",
            "DE89 of them",
        ] {
            check(stays, stays);
        }
    }

    #[test]
    fn nobody_can_have_a_name_put_in_by_saying_its_pseudonym() {
        let mut redaction = Redaction::of(&people());
        let hidden = redaction.hide("Write Person_1 here");
        assert_eq!(redaction.restore(&hidden), "Write Person_1 here");
    }

    fn digits() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{3} [0-9]{4}",
            "\\+[0-9]{1,3} [0-9]{3} [0-9]{3,4}",
            "[a-z]{1,8}@[a-z]{1,8}\\.(com|example)",
            Just("4111-1111-1111-1111".to_owned()),
            Just("GB82WEST12345698765432".to_owned()),
            "[A-Za-z ,.]{0,12}",
            "(Person|Email|Phone|Card|Iban|Text)_[0-9]{1,2}",
            prop::sample::select(people()),
            Just("Dana".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn no_name_is_left_and_every_other_text_comes_back(
            pieces in prop::collection::vec(digits(), 0..8),
        ) {
            let text = pieces.join(" ; ");
            let mut redaction = Redaction::of(&people());
            let hidden = redaction.hide(&text);

            let lower = hidden.to_lowercase();
            for name in ["dana", "whitfield", "omar", "ortega", "@", "4111", "west"] {
                prop_assert!(!lower.contains(name), "{hidden}");
            }
            let back = redaction.restore(&hidden);
            // A first name comes back as the whole name: who is meant is what counts.
            let whole = |text: &str| {
                let text = text.replace("Dana Whitfield", "Dana");
                text.replace("Dana", "Dana Whitfield")
            };
            prop_assert_eq!(whole(&back), whole(&text));
        }

        #[test]
        fn hiding_never_fails(text in "\\PC{0,60}") {
            let mut redaction = Redaction::of(&people());
            let hidden = redaction.hide(&text);
            let _ = redaction.restore(&hidden);
        }
    }
}
