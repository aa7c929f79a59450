//! Which look each voice has: those who spoke most get one of their own.

use std::collections::BTreeMap;

use gong_app::views::{CallView, InsightsView};

/// The looks of the voices of a call.
pub(super) struct Voices(BTreeMap<String, usize>);

/// The look of whoever has none.
const OTHERS: usize = 5;

impl Voices {
    pub(super) fn of(call: &CallView, found: Option<&InsightsView>) -> Self {
        let mut spoken: BTreeMap<&str, u64> = BTreeMap::new();
        for party in &call.parties {
            spoken.insert(&party.id, 0);
        }
        for speaker in found.iter().flat_map(|found| &found.statistics.speakers) {
            if let Some(party) = &speaker.party_id {
                spoken.insert(party, speaker.talk_ms);
            }
        }
        let mut order: Vec<(&str, u64)> = spoken.into_iter().collect();
        order.sort_by_key(|(_, ms)| std::cmp::Reverse(*ms));
        let looks = order.into_iter().enumerate();
        Self(
            looks
                .map(|(at, (party, _))| (party.to_owned(), at.min(OTHERS)))
                .collect(),
        )
    }

    /// The look of a party.
    pub(super) fn look(&self, party: Option<&str>) -> usize {
        let look = party.and_then(|party| self.0.get(party));
        look.copied().unwrap_or(OTHERS)
    }
}
