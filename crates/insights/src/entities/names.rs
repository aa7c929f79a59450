//! Names: whose they are, by lists, by what stands beside them and by the rest of the call.

use std::collections::{HashMap, HashSet};

use super::EntityKind;
use super::first_names::FIRST_NAMES;
use super::lists::{FIRST_WORDS, MONTHS, ORG_WORDS, WEEKDAYS};
use super::places::{COUNTRIES, PEOPLES, REGIONS};
use crate::text::words;
use crate::{CallView, Line};

/// What a call says about the names in it.
pub(super) struct Known {
    /// Words of the names of those who take part.
    people: HashSet<String>,
    /// Names that stand beside a word such as "Inc" somewhere, and those of the CRM.
    organisations: HashSet<String>,
    /// How often a word is written with a capital where no sentence begins, and how often without.
    capitals: HashMap<String, (u32, u32)>,
}

/// A run of words with capital letters.
struct Run {
    first: usize,
    last: usize,
}

impl Known {
    pub(super) fn of(call: &CallView<'_>) -> Self {
        let parties = &call.call().parties;
        let people = parties
            .iter()
            .filter_map(|party| party.name.as_deref())
            .flat_map(words)
            .map(|word| word.lower)
            .filter(|word| word.len() > 2)
            .collect();
        let mut known = Self {
            people,
            organisations: HashSet::new(),
            capitals: HashMap::new(),
        };
        for line in call.lines() {
            for (at, word) in line.words.iter().enumerate() {
                let written = line.text.get(word.bytes.clone()).unwrap_or_default();
                let count = known.capitals.entry(word.lower.clone()).or_default();
                if !written.starts_with(char::is_uppercase) {
                    count.1 += 1;
                } else if at > 0 {
                    count.0 += 1;
                }
            }
        }
        for line in call.lines() {
            for run in known.runs(line) {
                let run = &line.words[run.first..=run.last];
                if run.len() > 1
                    && run
                        .iter()
                        .any(|word| ORG_WORDS.contains(&word.lower.as_str()))
                {
                    known.organisations.insert(run[0].lower.clone());
                }
            }
        }
        for account in &call.facts().accounts {
            let first = words(account).into_iter().next();
            known.organisations.extend(first.map(|word| word.lower));
        }
        known
    }

    /// The names in a sentence.
    pub(super) fn names(&self, line: &Line<'_>) -> Vec<(EntityKind, String)> {
        let mut found = Vec::new();
        for (at, word) in line.words.iter().enumerate() {
            let lower = word.lower.as_str();
            let written = line.text.get(word.bytes.clone()).unwrap_or_default();
            if PEOPLES.contains(&lower) && written.starts_with(char::is_uppercase) {
                found.push((EntityKind::Norp, written.to_owned()));
            }
            let before = at.checked_sub(1).and_then(|at| line.words.get(at));
            let pair = before.map(|before| format!("{} {lower}", before.lower));
            let both = before.and_then(|before| line.text.get(before.bytes.start..word.bytes.end));
            for (list, kind) in [(COUNTRIES, EntityKind::Gpe), (REGIONS, EntityKind::Loc)] {
                if list.contains(&lower) && written.starts_with(char::is_uppercase) {
                    found.push((kind, written.to_owned()));
                }
                if let (Some(pair), Some(both)) = (&pair, both)
                    && list.contains(&pair.as_str())
                {
                    found.push((kind, both.to_owned()));
                }
            }
        }
        for run in self.runs(line) {
            let Some(named) = line.words.get(run.first..=run.last) else {
                continue;
            };
            let (Some(first), Some(last)) = (named.first(), named.last()) else {
                continue;
            };
            let text = line.text.get(first.bytes.start..last.bytes.end);
            let text = text.unwrap_or_default().to_owned();
            let lower: Vec<&str> = named
                .iter()
                .map(|word| word.lower.strip_suffix("'s").unwrap_or(&word.lower))
                .collect();
            let is_place = |word: &&str| {
                COUNTRIES.contains(word) || REGIONS.contains(word) || PEOPLES.contains(word)
            };
            let is_org = lower.iter().any(|word| ORG_WORDS.contains(word))
                || lower
                    .first()
                    .is_some_and(|word| self.organisations.contains(*word));
            let is_person = lower
                .first()
                .is_some_and(|word| FIRST_NAMES.contains(word) || self.people.contains(*word))
                && lower.len() <= 3;
            if is_person && !is_org {
                found.push((EntityKind::Person, text));
            } else if !lower.iter().all(is_place) || is_org {
                found.push((EntityKind::Org, text));
            }
        }
        found
    }

    /// Runs of words that are written with a capital because they are names.
    fn runs(&self, line: &Line<'_>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (at, word) in line.words.iter().enumerate() {
            let written = line.text.get(word.bytes.clone()).unwrap_or_default();
            if !self.is_name(line, at, written, &word.lower) {
                continue;
            }
            let gap = |run: &Run| {
                let end = line.words.get(run.last).map_or(0, |word| word.bytes.end);
                line.text.get(end..word.bytes.start).unwrap_or_default()
            };
            match runs
                .last_mut()
                .filter(|run| run.last + 1 == at && matches!(gap(run), " " | "-" | "&" | " & "))
            {
                Some(run) => run.last = at,
                None => runs.push(Run {
                    first: at,
                    last: at,
                }),
            }
        }
        runs
    }

    fn is_name(&self, line: &Line<'_>, at: usize, written: &str, lower: &str) -> bool {
        if !written.starts_with(char::is_uppercase)
            || FIRST_WORDS.contains(&lower)
            || MONTHS.contains(&lower)
            || WEEKDAYS.contains(&lower)
            || lower.starts_with(['q', 'h']) && lower.len() == 2
        {
            return false;
        }
        let bare = lower.strip_suffix("'s").unwrap_or(lower);
        if FIRST_NAMES.contains(&bare) || self.people.contains(bare) {
            return true;
        }
        let (capital, plain) = self.capitals.get(lower).copied().unwrap_or_default();
        let ends_before = at.checked_sub(1).is_some_and(|at| {
            let end = line.words.get(at).map_or(0, |word| word.bytes.end);
            let start = line.words.get(at + 1).map_or(end, |word| word.bytes.start);
            line.text
                .get(end..start)
                .unwrap_or_default()
                .contains(['.', '?', '!', ':', '"'])
        });
        if at == 0 || ends_before {
            // A sentence's first word is a name if the call writes it so elsewhere.
            return capital > plain;
        }
        capital >= plain
    }
}
