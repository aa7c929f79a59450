//! Whether every person, company and other name of a claim stands in its sentences.
//!
//! A person who takes part may be named where a cited sentence names or is spoken by them, or is
//! said to the only other voice of the call; the customer's company and our own may be named
//! anywhere. Any other name must be said in a cited sentence.

mod starts;

use std::collections::{HashMap, HashSet};

use conversation::{Party, Side};
use insights::text::{Word, stem, words};
use insights::{EntityKind, entities};

use self::starts::STARTS;
use super::Reason;
use super::dates::Mention;
use crate::material::{Material, Sentence};
use crate::words::{are_kin, bare, is_empty, is_telling, stems, written};

/// What the calls say of people and companies.
pub(super) struct People {
    /// Words of the names of those who take part, with the parties that bear them.
    parties: HashMap<String, HashSet<String>>,
    /// The sides of those who take part, by their ids.
    sides: HashMap<String, Side>,
    /// Words of companies' names, with their side.
    companies: HashMap<String, Side>,
    /// Words that the calls write with a capital where no sentence begins.
    capitals: HashSet<String>,
    /// Words that the calls write without one.
    plain: HashSet<String>,
}

impl People {
    pub(super) fn of(material: &Material<'_, '_>) -> Self {
        let mut people = Self {
            parties: HashMap::new(),
            sides: HashMap::new(),
            companies: HashMap::new(),
            capitals: HashSet::new(),
            plain: HashSet::new(),
        };
        for call in material.calls() {
            for party in &call.call().parties {
                people.know(party);
            }
            for account in &call.facts().accounts {
                for word in words(account) {
                    people.companies.insert(word.lower, Side::Theirs);
                }
            }
            for entity in entities(call) {
                let is_name = matches!(
                    entity.kind,
                    EntityKind::Org | EntityKind::Person | EntityKind::Product
                );
                if is_name {
                    let named = words(&entity.text).into_iter();
                    people
                        .capitals
                        .extend(named.map(|word| bare(&word.lower).to_owned()));
                }
            }
            for line in call.lines() {
                for word in &line.words {
                    if written(line.text, word).starts_with(char::is_lowercase) {
                        people.plain.insert(bare(&word.lower).to_owned());
                    }
                }
            }
        }
        people
    }

    fn know(&mut self, party: &Party) {
        self.sides.insert(party.id.to_string(), party.side);
        for word in words(party.name.as_deref().unwrap_or_default()) {
            let bearers = self.parties.entry(word.lower).or_default();
            bearers.insert(party.id.to_string());
        }
        let domain = party.domain().unwrap_or_default();
        let name = domain.split('.').next().unwrap_or_default();
        if name.len() > 2 && !FREE.contains(&name) && party.side != Side::Unknown {
            self.companies.entry(name.to_owned()).or_insert(party.side);
        }
    }

    /// The side of a company by a word of its name.
    pub(super) fn side_of_company(&self, lower: &str) -> Option<Side> {
        self.companies.get(bare(lower)).copied()
    }

    /// The side of one who takes part, where it is known.
    pub(super) fn side_of(&self, id: &str) -> Option<Side> {
        self.sides
            .get(id)
            .copied()
            .filter(|side| *side != Side::Unknown)
    }

    /// The parties that a word names.
    pub(super) fn bearers(&self, lower: &str) -> Option<&HashSet<String>> {
        self.parties.get(bare(lower))
    }

    /// Counts the names of a claim that are supported, or says which is not.
    pub(super) fn check(
        &self,
        text: &str,
        cited: &[Sentence<'_, '_>],
        material: &Material<'_, '_>,
        dated: &[Mention],
    ) -> Result<usize, Reason> {
        let cut = words(text);
        let said = Said::of(cited, material.known());
        let present = present(cited);
        let mut count = 0;
        let mut at = 0;
        while let Some(word) = cut.get(at) {
            let is_date = dated.iter().any(|mention| mention.words.contains(&at));
            if is_date || !self.is_name(text, &cut, at) {
                at += 1;
                continue;
            }
            // A name of several words that belongs to one who takes part belongs to one of them.
            let run = cut.get(at..).unwrap_or_default();
            let length = run
                .iter()
                .zip(0..)
                .take_while(|(word, n)| {
                    self.bearers(&word.lower).is_some() && is_next(text, run, *n)
                })
                .count();
            if length > 0 {
                let named = run.get(..length).unwrap_or_default();
                if !self.is_present(named, &present, &said)
                    || self.has_other_initial(text, &cut, at, named)
                {
                    return Err(Reason::Name);
                }
                at += length;
            } else {
                if !self.is_said(text, word, &said) {
                    return Err(Reason::Name);
                }
                at += 1;
            }
            count += 1;
        }
        Ok(count)
    }

    fn is_name(&self, text: &str, cut: &[Word], at: usize) -> bool {
        let Some(word) = cut.get(at) else {
            return false;
        };
        let shown = written(text, word);
        let lower = bare(&word.lower);
        let is_capital = shown.starts_with(char::is_uppercase);
        let has_inner = shown.chars().skip(1).any(char::is_uppercase);
        if lower
            .chars()
            .all(|c| c.is_ascii_digit() || ".,".contains(c))
            || lower == "i"
        {
            return false;
        }
        // Names of ours are names in any case: "omar will call" names Omar.
        let is_common = is_empty(lower) || is_telling(lower);
        if self.bearers(lower).is_some()
            && (is_capital || !is_common && !self.plain.contains(lower))
        {
            return true;
        }
        if is_common && !has_inner {
            return false;
        }
        let begins = at == 0
            || cut.get(at - 1).is_some_and(|before| {
                text.get(before.bytes.end..word.bytes.start)
                    .is_some_and(|gap| gap.contains(['.', '!', '?', ':']))
            });
        if !is_capital {
            return self.capitals.contains(lower) && !self.plain.contains(lower) || has_inner;
        }
        if begins && !has_inner {
            // A sentence begins with a capital: a word that is common elsewhere is one here.
            let is_known =
                self.plain.contains(lower) || STARTS.contains(&lower) || looks_common(lower);
            return !is_known || self.capitals.contains(lower) && !self.plain.contains(lower);
        }
        true
    }

    fn is_present(&self, named: &[Word], present: &HashSet<String>, said: &Said) -> bool {
        let mut bearers: Option<HashSet<String>> = None;
        for word in named {
            let of = self.bearers(&word.lower).cloned().unwrap_or_default();
            bearers = Some(match bearers {
                Some(known) => known.intersection(&of).cloned().collect(),
                None => of,
            });
        }
        let bearers = bearers.unwrap_or_default();
        // Two names of two people are no name.
        if bearers.is_empty() {
            return false;
        }
        let is_spoken_by = bearers.iter().any(|one| present.contains(one));
        is_spoken_by || named.iter().any(|word| said.has(bare(&word.lower)))
    }

    /// "K. Whitfield" for Dana Whitfield: an initial that is not hers.
    fn has_other_initial(&self, text: &str, cut: &[Word], at: usize, named: &[Word]) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|at| cut.get(at)) else {
            return false;
        };
        let gap = cut
            .get(at)
            .and_then(|word| text.get(before.bytes.end..word.bytes.start));
        let is_initial = before.lower.chars().count() == 1
            && written(text, before).starts_with(char::is_uppercase)
            && gap.is_some_and(|gap| gap.starts_with('.') || gap == " ")
            && !matches!(before.lower.as_str(), "i" | "a");
        if !is_initial {
            return false;
        }
        let bearers = named.first().and_then(|word| self.bearers(&word.lower));
        let fits = self.parties.iter().any(|(word, of)| {
            word.starts_with(before.lower.as_str())
                && bearers.is_some_and(|bearers| bearers.intersection(of).next().is_some())
        });
        !fits
    }

    fn is_said(&self, text: &str, word: &Word, said: &Said) -> bool {
        let lower = bare(&word.lower);
        if self.companies.contains_key(lower) || said.has(lower) {
            return true;
        }
        // A single capital before a name is checked with the name.
        let shown = written(text, word);
        if shown.chars().count() == 1 {
            return said.begins_with(lower)
                || self.parties.keys().any(|name| name.starts_with(lower));
        }
        // "DPA" for "data processing agreement".
        let is_acronym = shown
            .chars()
            .all(|c| c.is_uppercase() || c.is_ascii_digit());
        is_acronym && said.has_initials(lower)
    }
}

/// Domains that say nothing of whom somebody works for.
const FREE: [&str; 6] = ["gmail", "outlook", "hotmail", "yahoo", "icloud", "example"];

/// "German" of Germany: all but the last letter of the shorter one is shared.
fn is_form(one: &str, other: &str) -> bool {
    let shared = one
        .chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let shorter = one.chars().count().min(other.chars().count());
    are_kin(one, other) && shared + 1 >= shorter
}

fn is_next(text: &str, run: &[Word], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return true;
    };
    let gap = run
        .get(before)
        .zip(run.get(at))
        .and_then(|(one, other)| text.get(one.bytes.end..other.bytes.start));
    gap.is_some_and(|gap| matches!(gap, " " | "-" | ". "))
}

/// Those who speak a cited sentence, and the one to whom "you" is said where there is only one.
pub(super) fn present(cited: &[Sentence<'_, '_>]) -> HashSet<String> {
    let mut present = HashSet::new();
    for sentence in cited {
        let speaker = sentence.speaker();
        present.extend(speaker.map(|party| party.id.to_string()));
        let says_you = sentence.line.words.iter().any(|word| {
            matches!(
                bare(&word.lower),
                "you" | "your" | "you'll" | "you're" | "you'd" | "you've"
            )
        });
        if says_you && let Some(addressee) = addressee(sentence) {
            present.insert(addressee.id.to_string());
        }
    }
    present
}

/// The only one of the other side who speaks on the call.
pub(super) fn addressee<'v>(sentence: &Sentence<'v, '_>) -> Option<&'v Party> {
    let other = match sentence.side() {
        Side::Ours => Side::Theirs,
        Side::Theirs => Side::Ours,
        Side::Unknown => return None,
    };
    let call = sentence.call;
    let mut voices = call.call().parties.iter().filter(|party| {
        party.side == other
            && call
                .lines()
                .iter()
                .any(|line| line.party == Some(&party.id))
    });
    let only = voices.next()?;
    voices.next().is_none().then_some(only)
}

/// The words of the cited sentences.
struct Said {
    stems: HashSet<String>,
    all: Vec<String>,
    joined: String,
}

impl Said {
    fn of(cited: &[Sentence<'_, '_>], known: &[String]) -> Self {
        let texts = cited
            .iter()
            .map(|sentence| sentence.line.text)
            .chain(known.iter().map(String::as_str))
            .chain(
                cited
                    .iter()
                    .filter_map(|one| one.call.call().title.as_deref()),
            );
        let mut said = Self {
            stems: HashSet::new(),
            all: Vec::new(),
            joined: String::new(),
        };
        for text in texts {
            said.stems.extend(stems(text));
            for word in words(text) {
                said.joined.push_str(bare(&word.lower));
                said.all.push(bare(&word.lower).to_owned());
            }
            said.joined.push(' ');
            said.all.push(String::new());
        }
        said
    }

    fn has(&self, lower: &str) -> bool {
        const SHORTEST: usize = 5;
        let stem = stem(lower);
        self.all.iter().any(|word| word == lower)
            || self.stems.contains(&stem)
            || (lower.len() >= SHORTEST && self.joined.contains(lower))
            || (lower.len() > SHORTEST && self.stems.iter().any(|said| is_form(said, &stem)))
    }

    fn begins_with(&self, letter: &str) -> bool {
        self.all.iter().any(|word| word == letter)
    }

    fn has_initials(&self, acronym: &str) -> bool {
        let letters: Vec<char> = acronym.chars().filter(|c| c.is_alphabetic()).collect();
        letters.len() > 1
            && self.all.windows(letters.len()).any(|run| {
                run.iter()
                    .zip(&letters)
                    .all(|(word, letter)| word.starts_with(*letter))
            })
    }
}

/// Endings of words that are no names.
fn looks_common(lower: &str) -> bool {
    const ENDS: [&str; 8] = [
        "ing", "tion", "ment", "ness", "ally", "ability", "ance", "ship",
    ];
    lower.len() > 6 && ENDS.iter().any(|end| lower.ends_with(end))
}
