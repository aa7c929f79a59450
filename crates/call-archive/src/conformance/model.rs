//! A plain model of calls: what must be there after each put and each erasure.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;

use crate::{Erasure, Keep, Put, PutOutcome, Source};

use super::chance::Chance;
use super::fixture::{full, put, words};

/// What a call says, by the variant of its words.
pub(super) const WORDS: [&str; 3] = ["alpha", "bravo", "charlie"];
/// Somebody who is shown in some of the puts.
pub(super) const PERSON: &str = "bob@example.com";
/// Who stands there in the others.
const SOMEBODY_ELSE: &str = "carl@example.com";
/// Before this some of the calls started.
pub(super) const FLOOR: Timestamp = Timestamp::constant(1_771_990_000, 0);
const EARLY: Timestamp = Timestamp::constant(1_771_980_000, 0);

#[derive(Default)]
pub(super) struct Model {
    calls: BTreeMap<CallId, Modelled>,
    tombstones: BTreeSet<CallId>,
    is_person_erased: bool,
    has_floor: bool,
    newest: Revision,
    backup: BTreeMap<CallId, Modelled>,
}

#[derive(Clone)]
struct Modelled {
    revision: Revision,
    text: Option<(Revision, usize)>,
    /// The variants of facts and title; `None` for a shell.
    facts: Option<(Facts, u64)>,
    is_early: bool,
    erasing: Option<Keep>,
    /// Hidden since a backup was restored.
    is_unconfirmed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Facts {
    tag: u64,
    shows_person: bool,
    is_early: bool,
}

/// What a put says, as the model understands it.
#[derive(Debug)]
pub(super) struct Told {
    expected: Option<Revision>,
    text: Option<usize>,
    facts: Facts,
    title: u64,
    is_import: bool,
}

impl Model {
    /// A put of a call in one of a few variants, sometimes with a revision that is out of date.
    pub(super) fn any_put(&self, call: &CallId, chance: &mut Chance) -> (Put, Told) {
        let held = self.calls.get(call).filter(|held| held.erasing.is_none());
        let expected = match chance.below(6) {
            0 => None,
            1 => Some(Revision::new(1 + chance.below(self.newest.get() + 1))),
            _ => held.map(|held| held.revision),
        };
        let told = Told {
            expected,
            text: (chance.below(3) > 0).then(|| usize::try_from(chance.below(3)).unwrap_or(0)),
            facts: Facts {
                tag: chance.below(2),
                shows_person: chance.below(2) == 0,
                is_early: chance.below(4) == 0,
            },
            title: chance.below(2),
            // From files come calls that are known to be Gong's, too.
            is_import: held.is_some_and(|held| held.is_unconfirmed) && chance.below(3) == 0,
        };
        let mut put = put(full(call), expected);
        if told.is_import {
            put.source = Source::Import;
        }
        put.call.tags = vec![format!("tag-{}", told.facts.tag)];
        let shown = if told.facts.shows_person {
            PERSON
        } else {
            SOMEBODY_ELSE
        };
        for party in put.call.parties.iter_mut().skip(1) {
            party.email = Some(shown.to_owned());
        }
        if told.facts.is_early {
            put.call.started = EARLY;
        }
        put.call.title = Some(format!("Title {}", told.title));
        put.transcript = told.text.map(variant);
        (put, told)
    }

    /// What the put must have led to; takes the revision that the archive chose.
    pub(super) fn put(&mut self, call: &CallId, told: &Told, outcome: &[PutOutcome]) -> PutOutcome {
        if self.tombstones.contains(call) {
            return PutOutcome::Erased;
        }
        let Facts {
            shows_person,
            is_early,
            ..
        } = told.facts;
        if (self.is_person_erased && shows_person) || (self.has_floor && is_early) {
            if let Some(held) = self.calls.get_mut(call) {
                held.erasing = Some(Keep::Nothing);
            }
            return PutOutcome::Refused;
        }
        let held = self.calls.get(call);
        if held.is_some_and(|held| held.erasing.is_some()) {
            return PutOutcome::Erased;
        }
        let is_unconfirmed = held.is_some_and(|held| held.is_unconfirmed);
        let is_as_expected = held.map(|held| held.revision) == told.expected
            || (told.expected.is_none() && is_unconfirmed);
        if !is_as_expected {
            return PutOutcome::Conflict;
        }
        let is_unconfirmed = is_unconfirmed && told.is_import;
        let held_text = held.and_then(|held| held.text);
        let text_changed = told
            .text
            .is_some_and(|text| held_text.map(|(_, held)| held) != Some(text));
        let facts = held.and_then(|held| held.facts);
        let facts_changed = facts.map(|(facts, _)| facts) != Some(told.facts);
        let title_changed = facts.map(|(_, title)| title) != Some(told.title);
        if let Some(held) = held
            && !(text_changed || facts_changed || title_changed)
        {
            let revision = held.revision;
            if let Some(held) = self.calls.get_mut(call) {
                held.is_unconfirmed = is_unconfirmed;
            }
            return PutOutcome::Unchanged { revision };
        }

        let chosen = outcome.first().map(|outcome| match outcome {
            PutOutcome::Stored { revision, .. } => *revision,
            _ => Revision::default(),
        });
        let revision = self.chosen(chosen.unwrap_or_default());
        let text = match told.text.filter(|_| text_changed) {
            Some(text) => Some((revision, text)),
            None => held_text,
        };
        let now = Modelled {
            revision,
            text,
            facts: Some((told.facts, told.title)),
            is_early,
            erasing: None,
            is_unconfirmed,
        };
        self.calls.insert(call.clone(), now);
        PutOutcome::Stored {
            revision,
            text_changed,
            facts_changed,
        }
    }

    pub(super) fn begin_erase(&mut self, call: &CallId, how: Erasure) -> bool {
        if how == Erasure::WithTombstone {
            self.tombstones.insert(call.clone());
        }
        let Some(held) = self.calls.get_mut(call) else {
            return false;
        };
        let keeps_shell = how == Erasure::MayReturn(Keep::PrivateShell);
        if keeps_shell && held.facts.is_none() {
            return held.erasing.is_some();
        }
        if !(keeps_shell && held.erasing == Some(Keep::Nothing)) {
            held.erasing = Some(if keeps_shell {
                Keep::PrivateShell
            } else {
                Keep::Nothing
            });
        }
        true
    }

    /// A call goes for good; gives whether it is held.
    pub(super) fn purge_call(&mut self, call: &CallId) -> u64 {
        self.tombstones.insert(call.clone());
        self.purge(|id, _| id == call)
    }

    /// Every call that shows the person goes for good; gives how many are held.
    pub(super) fn purge_person(&mut self) -> u64 {
        self.is_person_erased = true;
        self.purge(|_, held| held.facts.is_some_and(|(facts, _)| facts.shows_person))
    }

    /// Every call that started early goes for good; gives how many are held.
    pub(super) fn purge_early(&mut self) -> u64 {
        self.has_floor = true;
        self.purge(|_, held| held.is_early)
    }

    fn purge(&mut self, is_meant: impl Fn(&CallId, &Modelled) -> bool) -> u64 {
        let mut count = 0;
        for (id, held) in &mut self.calls {
            if is_meant(id, held) {
                self.tombstones.insert(id.clone());
                held.erasing = Some(Keep::Nothing);
                count += 1;
            }
        }
        count
    }

    /// The calls as they stand are kept.
    pub(super) fn back_up(&mut self) {
        self.backup = self.calls.clone();
    }

    /// The calls as they stood when they were kept last: hidden, and what is refused by now goes.
    pub(super) fn restore(&mut self) {
        self.calls = self.backup.clone();
        for (id, held) in &mut self.calls {
            held.is_unconfirmed = true;
            let shows_person = held.facts.is_some_and(|(facts, _)| facts.shows_person);
            if self.tombstones.contains(id)
                || (self.is_person_erased && shows_person)
                || (self.has_floor && held.is_early)
            {
                held.erasing = Some(Keep::Nothing);
            }
        }
    }

    /// The calls that say a word, with the revision of their words.
    pub(super) fn saying(&self, word: &str) -> Vec<(CallId, Revision)> {
        let says = |(id, held): (&CallId, &Modelled)| {
            let (revision, text) = held.text.filter(|_| held.is_visible())?;
            (WORDS.get(text) == Some(&word)).then(|| (id.clone(), revision))
        };
        self.calls.iter().filter_map(says).collect()
    }

    /// The call is erased; `left` is the revision of the shell that the archive kept.
    pub(super) fn erase(&mut self, call: &CallId, left: Option<Revision>) {
        let Some(held) = self.calls.get(call) else {
            return;
        };
        let (Some(keep), is_early) = (held.erasing, held.is_early) else {
            return;
        };
        self.calls.remove(call);
        if keep == Keep::PrivateShell {
            let revision = self.chosen(left.expect("a shell stays"));
            let shell = Modelled {
                revision,
                text: None,
                facts: None,
                is_early,
                erasing: None,
                is_unconfirmed: false,
            };
            self.calls.insert(call.clone(), shell);
        }
    }

    /// What a reader finds: the revision, and the words with theirs.
    pub(super) fn visible(
        &self,
        call: &CallId,
    ) -> Option<(Revision, Option<(Revision, Transcript)>)> {
        let held = self.calls.get(call)?;
        let text = held.text.map(|(revision, text)| (revision, variant(text)));
        held.is_visible().then_some((held.revision, text))
    }

    pub(super) fn tombstones(&self) -> Vec<CallId> {
        self.tombstones.iter().cloned().collect()
    }

    /// A revision that the archive chose must be greater than all before.
    fn chosen(&mut self, revision: Revision) -> Revision {
        assert!(
            revision > self.newest,
            "revision {revision} comes after {}",
            self.newest
        );
        self.newest = revision;
        revision
    }
}

impl Modelled {
    fn is_visible(&self) -> bool {
        self.erasing.is_none() && !self.is_unconfirmed
    }
}

fn variant(text: usize) -> Transcript {
    words(&format!("{}.", WORDS.get(text).unwrap_or(&"nothing")))
}
