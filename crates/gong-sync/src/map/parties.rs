//! The participants of a call.

use std::collections::BTreeSet;

use conversation::{Party, PartyId, Side, SpeakerId, UserId};
use gong_client::Affiliation;

/// Reads the participants in Gong's order; each gets an id that no other of the call has.
pub(super) fn parties(gong: &[gong_client::Party]) -> Vec<Party> {
    let mut taken = BTreeSet::new();
    gong.iter()
        .enumerate()
        .map(|(place, party)| read(party, free_id(party, place, &mut taken)))
        .collect()
}

fn read(gong: &gong_client::Party, id: PartyId) -> Party {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let mut party = Party::new(id);
    party.speaker = gong
        .speaker_id
        .as_ref()
        .and_then(|id| SpeakerId::new(id.as_str()).ok());
    party.user = gong
        .user_id
        .as_ref()
        .and_then(|id| UserId::new(id.as_str()).ok());
    party.side = side(gong.affiliation.as_ref(), party.user.is_some());
    party.name = text(&gong.name);
    party.email = text(&gong.email_address);
    party.phone = text(&gong.phone_number);
    party.title = text(&gong.title);
    party
}

/// What Gong says; where it says nothing at all, a user of the company's Gong is one of ours.
fn side(gong: Option<&Affiliation>, is_user: bool) -> Side {
    match gong {
        Some(Affiliation::Internal) => Side::Ours,
        Some(Affiliation::External) => Side::Theirs,
        None if is_user => Side::Ours,
        Some(_) | None => Side::Unknown,
    }
}

/// Gong's id, or the place in the list where there is none or another party has it.
fn free_id(gong: &gong_client::Party, place: usize, taken: &mut BTreeSet<PartyId>) -> PartyId {
    let given = gong
        .id
        .as_ref()
        .and_then(|id| PartyId::new(id.as_str()).ok());
    let id = given
        .filter(|id| !taken.contains(id))
        .unwrap_or_else(|| PartyId::new(format!("party-{place}")).expect("letters and digits"));
    taken.insert(id.clone());
    id
}
