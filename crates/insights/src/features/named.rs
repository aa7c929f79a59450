//! Features that have a name, known by the hash of the name only: a model holds no words.

/// A feature's name, hashed.
pub type FeatureId = u32;

/// A set of named features with their values, sorted by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named(Vec<(FeatureId, f32)>);

impl Named {
    /// Adds a feature whose name is made of these parts.
    pub fn add(&mut self, parts: &[&str], value: f32) {
        self.0.push((id(parts), value));
    }

    /// Sorts and keeps each feature once, with the value it was given first.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by_key(|&(id, _)| id);
        self.0.dedup_by_key(|&mut (id, _)| id);
        self
    }

    /// The features, by rising id.
    pub fn iter(&self) -> impl Iterator<Item = (FeatureId, f32)> + '_ {
        self.0.iter().copied()
    }
}

/// FNV-1a over the parts, each ended by a byte that occurs in no text.
fn id(parts: &[&str]) -> FeatureId {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let folded = (hash >> 32) ^ hash;
    u32::try_from(folded & 0xffff_ffff).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_their_parts_differ() {
        assert_ne!(id(&["ab", "c"]), id(&["a", "bc"]));
        assert_eq!(id(&["ab", "c"]), id(&["ab", "c"]));
    }

    #[test]
    fn a_feature_is_held_once() {
        let mut named = Named::default();
        named.add(&["b"], 1.0);
        named.add(&["a"], 2.0);
        named.add(&["b"], 3.0);
        let named = named.sorted();
        assert_eq!(named.iter().count(), 2);
        assert!(
            named
                .iter()
                .any(|(feature, value)| feature == id(&["b"]) && value < 1.5)
        );
    }
}
