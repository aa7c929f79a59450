//! The names of a collection's fields and vectors, and how hashes become numbers.

use conversation::{CallId, Revision, Side};
use memory_store::parts::{Hasher, Owner, Term};
use uuid::Uuid;

/// Whose points these are: the first condition of every filter.
pub(crate) const TENANT: &str = "tenant";
/// What kind of point it is.
pub(crate) const KIND: &str = "kind";
/// Hashed facts: of the call and of the sides heard in the passage.
pub(crate) const FACTS: &str = "facts";
/// Hashed words and pairs of words.
pub(crate) const TERMS: &str = "terms";
/// Which write a passage came with.
pub(crate) const GENERATION: &str = "generation";
/// When the call began: whole seconds of 1970, and the rest.
pub(crate) const SECOND: &str = "second";
pub(crate) const NANOSECOND: &str = "nanosecond";
/// Where a call stands in the order of calls, about.
pub(crate) const ORDER: &str = "order";

pub(crate) const PASSAGE: &str = "passage";
pub(crate) const CALL: &str = "call";
pub(crate) const REVISION: &str = "revision";
pub(crate) const ORDINAL: &str = "ordinal";
pub(crate) const PLACE: &str = "place";
pub(crate) const SIDES: &str = "sides";
pub(crate) const FACTS_HASH: &str = "facts_hash";
pub(crate) const PASSAGES: &str = "passages";
/// Changes with every change of what a call's points are.
pub(crate) const VERSION: &str = "version";
/// A hash of everything that was written.
pub(crate) const CONTENT: &str = "content";
pub(crate) const HASH_KEY: &str = "hash_key";

/// The kinds of points.
pub(crate) const A_PASSAGE: &str = "passage";
/// Says which generation of a text revision of a call is the one that counts.
pub(crate) const A_HEAD: &str = "head";
/// Says which key a tenant's hashes are made with.
pub(crate) const A_TENANT: &str = "tenant";

/// The vectors.
pub(crate) const MEANING: &str = "meaning";
pub(crate) const WORDS: &str = "words";

/// Facts, as kinds to hash.
pub(crate) mod fact {
    pub(crate) const CALL: &str = "call";
    pub(crate) const PRIVATE: &str = "private";
    pub(crate) const WORKSPACE: &str = "workspace";
    pub(crate) const ACCOUNT: &str = "account";
    pub(crate) const USER: &str = "user";
    pub(crate) const TAG: &str = "tag";
    pub(crate) const PERSON: &str = "person";
    pub(crate) const SIDE: &str = "side";
}

/// A hash as a number of a payload: all of its 64 bits.
pub(crate) fn number(term: Term) -> i64 {
    term.get().cast_signed()
}

/// A hash as an index of a sparse vector, which has 32 bits: in a hundred thousand words one pair
/// or so shares an index, and then each scores for the other.
pub(crate) fn sparse_index(term: Term) -> u32 {
    (term.get() >> 32) as u32
}

/// What all passages of one text revision of a call share.
pub(crate) fn owner_term(hasher: &Hasher, (call, revision): &Owner) -> Term {
    hasher.fact("revision", &format!("{revision} {call}"))
}

pub(crate) fn side_term(hasher: &Hasher, side: Side) -> Term {
    hasher.fact(fact::SIDE, side.as_str())
}

/// A name made of parts, the same whenever it is made.
pub(crate) fn point_id(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let hash = hasher.finalize();
    let bytes = hash.as_bytes().first_chunk().expect("a hash is 32 bytes");
    Uuid::from_bytes(*bytes).to_string()
}

/// The name of the point that says what counts of an owner.
pub(crate) fn head_id(tenant: &str, (call, revision): &Owner) -> String {
    let revision = Revision::get(*revision).to_be_bytes();
    point_id(&[
        tenant.as_bytes(),
        b"head",
        call.as_str().as_bytes(),
        &revision,
    ])
}

/// The start of a call's id as a number that orders like the ids do: Qdrant orders by numbers
/// only. Equal numbers say nothing about the order.
pub(crate) fn order_of(call: &CallId) -> i64 {
    // Seven characters of seven bits, which fit into the f64 that ranges are made of; what is
    // beyond ASCII counts as the highest of it.
    let mut bytes = call.as_str().bytes();
    (0..7).fold(0, |order, _| {
        let byte = bytes.next().map_or(0, |byte| byte.min(127));
        order << 7 | i64::from(byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_calls_is_the_order_of_their_ids() {
        let mut ids = [
            "1",
            "10",
            "2",
            "a",
            "ab",
            "b",
            "é",
            "7782342274025937895",
            "7782342274025937896",
            "779",
            "ü",
        ]
        .map(|id| CallId::new(id).expect("an id"));
        ids.sort();
        assert!(ids.map(|id| order_of(&id)).is_sorted());
        let long = |id| order_of(&CallId::new(id).expect("an id"));
        assert!(long("1234567") > long("1234566"));
        assert_eq!(long("12345678"), long("12345679"), "only a start");
    }
}
