//! How many altered claims are let through, and how many true ones are lost.
//!
//! The calls and the true claims are written by hand; what is altered in them is altered by code, so
//! that nothing is left to taste. The figures are in docs/narration.md.

use std::collections::BTreeMap;

use insights::testing::{SmallCall, call_of};
use narration::{Claim, ClaimKind, Material, Verifier};

/// A call on Tuesday 3 March 2026, and what is true of it.
struct Case {
    people: &'static [(&'static str, &'static str)],
    said: &'static [(&'static str, &'static str)],
    claims: &'static [True],
}

/// Kind, text, owner, due, sentences.
type True = (
    ClaimKind,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    &'static [u32],
);

use ClaimKind as K;

const CASES: &[Case] = &[
    Case {
        people: &[
            ("ours:kim", "Kim Berger"),
            ("theirs:ann", "Ann Delacroix"),
            ("theirs:omar", "Omar Haddad"),
        ],
        said: &[
            ("ours:kim", "How is the month-end close going?"),
            (
                "theirs:ann",
                "Badly, it takes nine days and four people, every single month.",
            ),
            (
                "theirs:ann",
                "We wrote off three hundred ten thousand dollars last year because nobody matched the payments.",
            ),
            ("ours:kim", "And what do you pay for the tool you have?"),
            (
                "theirs:omar",
                "We pay BrightLedger forty two grand a year, and that's up eight percent.",
            ),
            (
                "theirs:omar",
                "The contract with them runs out at the end of June.",
            ),
            (
                "ours:kim",
                "I'll send you the order form on Friday, and Omar, could you send me the export of last quarter by the twentieth?",
            ),
            ("theirs:omar", "Sure, you'll have it."),
            (
                "theirs:ann",
                "Anything above twenty five k has to be signed by our CFO, Walt, and the two owners.",
            ),
            (
                "theirs:ann",
                "Honestly, we were burned by an eleven month rollout in 2022.",
            ),
            (
                "ours:kim",
                "Our list price is sixty dollars a seat, and we'd take fifteen off for a two year term.",
            ),
        ],
        claims: &[
            (
                K::Pain,
                "The customer's month-end close takes 9 days and 4 people.",
                None,
                None,
                &[2],
            ),
            (
                K::Pain,
                "The customer wrote off $310,000 last year because payments were not matched.",
                None,
                None,
                &[3],
            ),
            (
                K::Competitor,
                "The customer pays BrightLedger $42,000 a year, up 8%.",
                None,
                None,
                &[5],
            ),
            (
                K::Competitor,
                "The contract with BrightLedger ends on June 30.",
                None,
                None,
                &[5, 6],
            ),
            (
                K::NextStep,
                "We will send the order form on Friday.",
                Some("ours"),
                Some("2026-03-06"),
                &[7],
            ),
            (
                K::NextStep,
                "Kim will send the order form on March 6.",
                Some("Kim Berger"),
                Some("2026-03-06"),
                &[7],
            ),
            (
                K::NextStep,
                "Omar Haddad will send the export of last quarter by March 20.",
                Some("theirs"),
                Some("2026-03-20"),
                &[7, 8],
            ),
            (
                K::Process,
                "Anything above 25k must be signed by the CFO, Walt, and two owners.",
                None,
                None,
                &[9],
            ),
            (
                K::Objection,
                "The customer was burned by an 11-month rollout in 2022.",
                None,
                None,
                &[10],
            ),
            (
                K::Pricing,
                "Our list price is $60 per seat.",
                None,
                None,
                &[11],
            ),
            (
                K::Pricing,
                "We offered 15% off for a two-year term.",
                None,
                None,
                &[11],
            ),
        ],
    },
    Case {
        people: &[("ours:raj", "Raj Mehta"), ("theirs:lena", "Lena Fischer")],
        said: &[
            (
                "theirs:lena",
                "So we have about two hundred and fifty reps in three countries.",
            ),
            (
                "theirs:lena",
                "Our budget is somewhere between eighty and ninety thousand euros.",
            ),
            (
                "ours:raj",
                "We could start with a pilot of forty users in Germany for six weeks.",
            ),
            (
                "theirs:lena",
                "That works, but it would have to be live by the first of May.",
            ),
            (
                "theirs:lena",
                "Procurement needs a SOC 2 report and a data processing agreement first.",
            ),
            ("ours:raj", "I'll get both of those over to you tomorrow."),
            (
                "theirs:lena",
                "Great, then let's meet again Thursday week at half past two.",
            ),
            (
                "ours:raj",
                "You'd also have to give us access to your Salesforce sandbox.",
            ),
            (
                "theirs:lena",
                "I'll ask Jonas in IT to set that up next week.",
            ),
            (
                "theirs:lena",
                "We also looked at Voxline, they quoted us a hundred and ten thousand.",
            ),
        ],
        claims: &[
            (
                K::Point,
                "The customer has 250 reps in 3 countries.",
                None,
                None,
                &[1],
            ),
            (
                K::Pricing,
                "The customer's budget is between €80,000 and €90,000.",
                None,
                None,
                &[2],
            ),
            (
                K::Point,
                "We proposed a pilot with 40 users in Germany for 6 weeks.",
                None,
                None,
                &[3],
            ),
            (
                K::Requirement,
                "The pilot must be live by May 1.",
                None,
                None,
                &[3, 4],
            ),
            (
                K::Process,
                "Procurement requires a SOC 2 report and a DPA.",
                None,
                None,
                &[5],
            ),
            (
                K::NextStep,
                "Raj will send the SOC 2 report and the data processing agreement on Wednesday.",
                Some("ours"),
                Some("2026-03-04"),
                &[5, 6],
            ),
            (
                K::NextStep,
                "Both sides meet again on Thursday 12 March at 2:30.",
                Some("both"),
                Some("2026-03-12"),
                &[7],
            ),
            (
                K::NextStep,
                "The customer has to give us access to their Salesforce sandbox.",
                Some("theirs"),
                None,
                &[8],
            ),
            (
                K::NextStep,
                "Lena will ask Jonas to set up the sandbox next week.",
                Some("Lena"),
                None,
                &[8, 9],
            ),
            (
                K::Competitor,
                "Voxline quoted the customer 110,000.",
                None,
                None,
                &[10],
            ),
        ],
    },
    Case {
        people: &[
            ("ours:tess", "Tess Nakamura"),
            ("ours:paul", "Paul Iversen"),
            ("theirs:greg", "Greg Okafor"),
            ("theirs:mia", "Mia Santos"),
        ],
        said: &[
            (
                "theirs:greg",
                "The liability cap is the problem, we want it at two times the annual fees.",
            ),
            (
                "ours:tess",
                "Our standard is one times, but I can take that to legal.",
            ),
            (
                "theirs:mia",
                "And we can't accept auto renewal, ninety days' notice at least.",
            ),
            ("ours:paul", "We can do sixty days' notice."),
            (
                "theirs:greg",
                "Payment terms would be net forty five, that's our policy.",
            ),
            (
                "ours:tess",
                "If you send me the redlines, I'll have them back to you by Monday.",
            ),
            ("theirs:mia", "I'll send the redlines this afternoon."),
            (
                "theirs:greg",
                "The board meets on March twenty sixth, and they approve anything above half a million.",
            ),
            (
                "theirs:greg",
                "Our total spend would be one point two million over three years.",
            ),
            (
                "theirs:mia",
                "Priya Raman from security joins us on the next call.",
            ),
            (
                "ours:paul",
                "I'll book an hour for Priya on the eighteenth.",
            ),
        ],
        claims: &[
            (
                K::Objection,
                "Greg wants the liability cap at 2x annual fees.",
                None,
                None,
                &[1],
            ),
            (
                K::Point,
                "Tess will take the liability cap of one times to legal.",
                None,
                None,
                &[1, 2],
            ),
            (
                K::Objection,
                "The customer does not accept auto renewal and wants 90 days' notice.",
                None,
                None,
                &[3],
            ),
            (K::Pricing, "We offered 60 days' notice.", None, None, &[4]),
            (
                K::Requirement,
                "The customer's payment terms are net 45.",
                None,
                None,
                &[5],
            ),
            (
                K::NextStep,
                "Mia Santos will send the redlines today.",
                Some("theirs"),
                Some("2026-03-03"),
                &[7],
            ),
            (
                K::NextStep,
                "Tess will return the redlines by Monday, March 9.",
                Some("ours"),
                Some("2026-03-09"),
                &[6],
            ),
            (
                K::Process,
                "The board meets on 26 March and approves anything above 500,000.",
                None,
                None,
                &[8],
            ),
            (
                K::Pricing,
                "The customer's total spend would be 1.2 million over 3 years.",
                None,
                None,
                &[9],
            ),
            (
                K::Point,
                "Priya Raman from security will join the next call.",
                None,
                None,
                &[10],
            ),
            (
                K::NextStep,
                "Paul will book one hour for Priya on March 18.",
                Some("Paul Iversen"),
                Some("2026-03-18"),
                &[11],
            ),
        ],
    },
    Case {
        people: &[
            ("ours:sam", "Sam Whitlock"),
            ("theirs:ines", "Ines Carvalho"),
            ("theirs:dov", "Dov Lieberman"),
        ],
        said: &[
            (
                "theirs:ines",
                "We run twelve warehouses and about sixteen hundred pickers.",
            ),
            (
                "theirs:dov",
                "Half of the pickers are seasonal, so we only need licenses from October to December.",
            ),
            (
                "ours:sam",
                "Then a flexible plan would be thirty five pounds per picker per month.",
            ),
            (
                "theirs:ines",
                "That's more than the twenty eight we pay Stockwell today.",
            ),
            (
                "theirs:dov",
                "I'm leaving at the end of the month, and Ines takes over the project.",
            ),
            (
                "theirs:ines",
                "We have a hiring freeze until the third quarter, so nobody can run a rollout before July.",
            ),
            (
                "ours:sam",
                "We'd send two of our engineers on site for three weeks, at no charge.",
            ),
            (
                "theirs:ines",
                "Okay, send me a proposal by the thirteenth, and copy Margot Lindqvist, she's our COO.",
            ),
            (
                "ours:sam",
                "Will do, and I'll call you Monday morning at ten.",
            ),
            (
                "theirs:dov",
                "The pilot cut picking errors by a third, from six percent to four.",
            ),
        ],
        claims: &[
            (
                K::Point,
                "The customer runs 12 warehouses with about 1,600 pickers.",
                None,
                None,
                &[1],
            ),
            (
                K::Requirement,
                "50% of the customer's pickers are seasonal and need licenses only from October to December.",
                None,
                None,
                &[2],
            ),
            (
                K::Pricing,
                "We quoted £35 per picker per month.",
                None,
                None,
                &[3],
            ),
            (
                K::Objection,
                "Ines says that is more than the £28 they pay Stockwell.",
                None,
                None,
                &[4],
            ),
            (
                K::Risk,
                "Dov is leaving at the end of March and Ines takes over.",
                None,
                None,
                &[5],
            ),
            (
                K::Risk,
                "The customer has a hiring freeze until Q3.",
                None,
                None,
                &[6],
            ),
            (
                K::Risk,
                "Nobody can run a rollout before July because of the hiring freeze.",
                None,
                None,
                &[6],
            ),
            (
                K::NextStep,
                "We would send 2 engineers on site for 3 weeks.",
                Some("ours"),
                None,
                &[7],
            ),
            (
                K::NextStep,
                "Sam will send a proposal by March 13 and copy Margot Lindqvist, the COO.",
                Some("ours"),
                Some("2026-03-13"),
                &[8, 9],
            ),
            (
                K::NextStep,
                "Sam will call Ines on Monday at 10 am.",
                Some("Sam"),
                Some("2026-03-09"),
                &[8, 9],
            ),
            (
                K::BuyingSignal,
                "The pilot cut picking errors from 6% to 4%.",
                None,
                None,
                &[10],
            ),
        ],
    },
    Case {
        people: &[
            ("ours:noor", "Noor Haidari"),
            ("theirs:beth", "Beth Kowalczyk"),
        ],
        said: &[
            ("ours:noor", "What happens if you do nothing?"),
            (
                "theirs:beth",
                "Then we keep losing a day and a half a week to copy and paste.",
            ),
            (
                "theirs:beth",
                "My VP wants a decision before the fiscal year ends on the thirty first of March.",
            ),
            (
                "theirs:beth",
                "We're at forty, maybe forty five for the whole thing.",
            ),
            (
                "ours:noor",
                "The package is forty eight thousand, with onboarding.",
            ),
            (
                "theirs:beth",
                "Can you get it to forty four if we sign this month?",
            ),
            (
                "ours:noor",
                "I have to ask Carlos, my director, I'll let you know by Thursday.",
            ),
            (
                "theirs:beth",
                "Single sign-on with Okta is a must for us, no exceptions.",
            ),
            (
                "theirs:beth",
                "You're much easier to use than Tallymark, the whole team said so.",
            ),
            ("ours:noor", "We support Okta and Azure out of the box."),
        ],
        claims: &[
            (
                K::Pain,
                "The customer loses 1.5 days a week to copy and paste.",
                None,
                None,
                &[2],
            ),
            (
                K::Process,
                "Beth's VP wants a decision by March 31, when the fiscal year ends.",
                None,
                None,
                &[3],
            ),
            (
                K::Pricing,
                "The customer has $40,000 to $45,000 for it.",
                None,
                None,
                &[4],
            ),
            (
                K::Pricing,
                "We quoted 48,000 including onboarding.",
                None,
                None,
                &[5],
            ),
            (
                K::Pricing,
                "Beth asked for 44,000 if they sign this month.",
                None,
                None,
                &[6],
            ),
            (
                K::NextStep,
                "Noor will ask Carlos and let the customer know by Thursday.",
                Some("Noor Haidari"),
                Some("2026-03-05"),
                &[7],
            ),
            (
                K::Requirement,
                "The customer requires single sign-on with Okta.",
                None,
                None,
                &[8],
            ),
            (
                K::BuyingSignal,
                "Beth finds us easier to use than Tallymark.",
                None,
                None,
                &[9],
            ),
            (K::Point, "We support Okta and Azure.", None, None, &[10]),
        ],
    },
];

fn call(case: &Case) -> SmallCall {
    let mut call = call_of(case.said);
    for party in &mut call.call.parties {
        let name = case.people.iter().find(|(id, _)| *id == party.id.as_str());
        party.name = name.map(|(_, name)| (*name).to_owned());
    }
    call
}

fn claim(of: &True) -> Claim {
    let (kind, text, owner, due, sentences) = *of;
    let mut claim = Claim::new(kind, text, sentences.to_vec());
    claim.owner = owner.map(str::to_owned);
    claim.due = due.map(str::to_owned);
    claim
}

fn with(claim: &Claim, change: impl FnOnce(&mut Claim)) -> Claim {
    let mut claim = claim.clone();
    change(&mut claim);
    claim
}

/// Every way to alter a claim, by what is altered.
fn alterations(case: &Case, claim: &Claim) -> Vec<(&'static str, Claim)> {
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
fn negated(claim: &Claim) -> Option<Claim> {
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

#[test]
fn altered_claims_are_dropped_and_true_ones_are_kept() {
    let (mut kept, mut of_true, mut lost) = (0, 0, Vec::new());
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut passed = Vec::new();
    let (mut denied, mut denied_dropped) = (0, 0);
    for case in CASES {
        let call = call(case);
        let view = call.view();
        let material = Material::of_calls(vec![&view]);
        let verifier = Verifier::new(&material);
        for claim in case.claims.iter().map(claim) {
            of_true += 1;
            match verifier.check(&claim) {
                Ok(_) => kept += 1,
                Err(reason) => lost.push(format!("{} ({})", claim.text, reason.as_str())),
            }
            for (what, altered) in alterations(case, &claim) {
                let count = counts.entry(what).or_default();
                count.0 += 1;
                match verifier.check(&altered) {
                    Ok(_) => passed.push(format!(
                        "{what}: {} {:?} {:?}",
                        altered.text, altered.owner, altered.due
                    )),
                    Err(_) => count.1 += 1,
                }
            }
            if let Some(negated) = negated(&claim) {
                denied += 1;
                denied_dropped += usize::from(verifier.check(&negated).is_err());
            }
        }
    }
    let all: usize = counts.values().map(|(all, _)| all).sum();
    let dropped: usize = counts.values().map(|(_, dropped)| dropped).sum();
    println!("true claims kept: {kept} of {of_true}; lost: {lost:#?}");
    println!("altered claims dropped: {dropped} of {all}; (all, dropped) by kind: {counts:?}");
    println!("negated claims dropped without a second look: {denied_dropped} of {denied}");
    assert!(all >= 200, "only {all} altered claims");
    assert!(passed.is_empty(), "let through: {passed:#?}");
    assert!(kept * 100 >= of_true * 95, "lost: {lost:#?}");
}
