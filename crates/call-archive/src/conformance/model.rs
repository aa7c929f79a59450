//! A plain model of calls: what must be there after each put and each erasure.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{CallId, Revision, Transcript};

use crate::{Erasure, Keep, Put, PutOutcome};

use super::chance::Chance;
use super::fixture::{full, put, words};

#[derive(Default)]
pub(super) struct Model {
    calls: BTreeMap<CallId, Modelled>,
    tombstones: BTreeSet<CallId>,
    newest: Revision,
}

struct Modelled {
    revision: Revision,
    text: Option<(Revision, u64)>,
    /// The variants of facts and title; `None` for a shell.
    facts: Option<(u64, u64)>,
    erasing: Option<Keep>,
}

/// What a put says, as the model understands it.
pub(super) struct Told {
    expected: Option<Revision>,
    text: Option<u64>,
    facts: u64,
    title: u64,
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
            text: (chance.below(3) > 0).then(|| chance.below(3)),
            facts: chance.below(2),
            title: chance.below(2),
        };
        let mut put = put(full(call), expected);
        put.call.tags = vec![format!("tag-{}", told.facts)];
        put.call.title = Some(format!("Title {}", told.title));
        put.transcript = told.text.map(variant);
        (put, told)
    }

    /// What the put must have led to; takes the revision that the archive chose.
    pub(super) fn put(&mut self, call: &CallId, told: &Told, outcome: &[PutOutcome]) -> PutOutcome {
        let held = self.calls.get(call);
        let is_erasing = held.is_some_and(|held| held.erasing.is_some());
        if self.tombstones.contains(call) || is_erasing {
            return PutOutcome::Erased;
        }
        if held.map(|held| held.revision) != told.expected {
            return PutOutcome::Conflict;
        }
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
            return PutOutcome::Unchanged {
                revision: held.revision,
            };
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
            erasing: None,
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

    /// The call is erased; `left` is the revision of the shell that the archive kept.
    pub(super) fn erase(&mut self, call: &CallId, left: Option<Revision>) {
        let Some(keep) = self.calls.get(call).and_then(|held| held.erasing) else {
            return;
        };
        self.calls.remove(call);
        if keep == Keep::PrivateShell {
            let revision = self.chosen(left.expect("a shell stays"));
            let shell = Modelled {
                revision,
                text: None,
                facts: None,
                erasing: None,
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
        held.erasing.is_none().then_some((held.revision, text))
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

fn variant(text: u64) -> Transcript {
    words(&format!("Variant {text}."))
}
