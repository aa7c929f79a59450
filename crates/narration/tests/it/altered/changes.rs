//! Every way in which code alters a claim: digits, names, sides, owners, dates, units, and a "not".

use narration::Claim;

use super::cases::Case;

fn with(claim: &Claim, change: impl FnOnce(&mut Claim)) -> Claim {
    let mut claim = claim.clone();
    change(&mut claim);
    claim
}

/// Every way to alter a claim, by what is altered.
pub(super) fn alterations(case: &Case, claim: &Claim) -> Vec<(&'static str, Claim)> {
    let texts = other_numbers(&claim.text)
        .into_iter()
        .chain(other_words(&claim.text))
        .chain(other_names(case, claim))
        .chain(other_side(&claim.text));
    let mut all: Vec<_> = texts
        .filter(|(_, text)| *text != claim.text)
        .map(|(what, text)| (what, with(claim, |one| one.text = text)))
        .collect();
    let owner = match claim.owner.as_deref() {
        Some("ours") => Some("theirs"),
        Some("theirs") => Some("ours"),
        _ => None,
    };
    if let Some(owner) = owner {
        all.push((
            "sides",
            with(claim, |one| one.owner = Some(owner.to_owned())),
        ));
    }
    if let Some(due) = &claim.due {
        let date: jiff::civil::Date = due.parse().unwrap();
        for days in [1, 7, 30] {
            let other = date.checked_add(jiff::Span::new().days(days)).unwrap();
            all.push((
                "dates",
                with(claim, |one| one.due = Some(other.to_string())),
            ));
        }
    }
    all
}

type Altered = Vec<(&'static str, String)>;

fn other_numbers(text: &str) -> Altered {
    let mut all = Vec::new();
    for (range, number) in digits(text) {
        let (before, after) = (&text[..range.start], &text[range.end..]);
        let is_amount =
            before.ends_with(['$', '€', '£']) || number >= 1_000 || after.starts_with('k');
        let is_day = MONTHS.iter().any(|month| {
            before.trim_end().ends_with(month) || after.trim_start().starts_with(month)
        });
        let what = if is_day {
            "dates"
        } else if is_amount {
            "amounts"
        } else {
            "numbers"
        };
        let less = number.saturating_sub(1).max(number / 2 + 1);
        for other in [number + 1, number * 2 + 3, less] {
            if other == number || (is_day && !(1..=28).contains(&other)) {
                continue;
            }
            let whole = other - other % 1_000 + 1_000 * (other % 7 + 1);
            let shown = if text[range.clone()].contains(',') {
                thousands(whole)
            } else {
                other.to_string()
            };
            all.push((what, format!("{before}{shown}{after}")));
        }
    }
    all
}

fn other_words(text: &str) -> Altered {
    let mut all = Vec::new();
    for (list, what) in [(WEEKDAYS, "dates"), (MONTHS, "dates"), (UNITS, "numbers")] {
        for (at, word) in list.iter().enumerate() {
            let other = list[(at + 1) % list.len()];
            all.push((what, replace_word(text, word, other)));
        }
    }
    all
}

const OTHERS: [&str; 17] = [
    "Walt",
    "Jonas",
    "Priya",
    "Raman",
    "Margot",
    "Lindqvist",
    "Carlos",
    "BrightLedger",
    "Voxline",
    "Stockwell",
    "Tallymark",
    "Okta",
    "Salesforce",
    "Germany",
    "CFO",
    "COO",
    "VP",
];

fn other_names(case: &Case, claim: &Claim) -> Altered {
    const OUTSIDERS: [&str; 3] = ["Helena", "Quorvex", "Ostrava"];
    let text = &claim.text;
    let mut all = Vec::new();
    let of_people = case.people.iter().flat_map(|(_, name)| name.split(' '));
    for name in of_people.chain(OTHERS).filter(|name| has_word(text, name)) {
        let first = |(_, name): &(&str, &'static str)| name.split(' ').next().unwrap();
        let others = case.people.iter().map(first).chain(OUTSIDERS);
        for other in others.filter(|other| !has_word(text, other)) {
            let is_first = case.people.iter().any(|(_, whole)| whole.starts_with(name));
            // Somebody who is cited may have said it, too: only those who are not are another name.
            let speaks = case.people.iter().any(|(id, whole)| {
                let cited = claim.sentences.iter();
                whole.starts_with(other)
                    && cited
                        .map(|n| case.said[*n as usize - 1].0)
                        .any(|of| of == *id)
            });
            if !speaks && (is_first || OUTSIDERS.contains(&other)) {
                all.push(("names", replace_word(text, name, other)));
            }
        }
    }
    all
}

fn other_side(text: &str) -> Altered {
    let sided = [
        ("The customer's", "Our"),
        ("The customer", "We"),
        ("We", "The customer"),
        ("Our", "The customer's"),
    ];
    let found = sided.into_iter().find_map(|(side, other)| {
        let rest = text
            .strip_prefix(side)
            .filter(|rest| rest.starts_with(' '))?;
        Some(("sides", format!("{other}{rest}")))
    });
    found.into_iter().collect()
}

/// The claim with its sense turned round.
pub(super) fn negated(claim: &Claim) -> Option<Claim> {
    let pairs = [
        (" does not accept ", " accepts "),
        (" will ", " will not "),
        (" takes ", " does not take "),
        (" is ", " is not "),
        (" pays ", " does not pay "),
        (" has to ", " does not have to "),
        (" has ", " does not have "),
        (" was ", " was not "),
        (" must be ", " need not be "),
        (" requires ", " does not require "),
        (" wants ", " does not want "),
        (" offered ", " did not offer "),
        (" can ", " cannot "),
        (" quoted ", " did not quote "),
        (" support ", " do not support "),
        (" runs ", " does not run "),
        (" cut ", " did not cut "),
        (" loses ", " does not lose "),
        (" asked ", " did not ask "),
    ];
    let (from, to) = pairs
        .into_iter()
        .find(|(from, _)| claim.text.contains(from))?;
    Some(with(claim, |one| {
        one.text = claim.text.replacen(from, to, 1);
    }))
}

const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const MONTHS: &[&str] = &[
    "March", "April", "May", "June", "July", "October", "December",
];
const UNITS: &[&str] = &["days", "weeks", "months", "years"];

fn digits(text: &str) -> Vec<(std::ops::Range<usize>, u64)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || (at > start
                    && bytes[at] == b','
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)))
        {
            at += 1;
        }
        if at > start {
            let is_part = start > 0 && matches!(bytes[start - 1], b'.' | b':')
                || matches!(bytes.get(at), Some(b'.' | b':'))
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            if !is_part {
                found.push((start..at, text[start..at].replace(',', "").parse().unwrap()));
            }
        }
        at += 1;
    }
    found
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn has_word(text: &str, word: &str) -> bool {
    replace_word(text, word, "\u{1}") != text
}

fn replace_word(text: &str, word: &str, other: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = rest.find(word) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + word.len()..].chars().next();
        let is_word =
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric);
        out.push_str(&rest[..at]);
        out.push_str(if is_word { other } else { word });
        rest = &rest[at + word.len()..];
    }
    out + rest
}
