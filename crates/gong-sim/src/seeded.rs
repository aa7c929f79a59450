//! Randomness that depends on a seed and a label, and on nothing that happened before.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A generator for one purpose: the same seed and label always give the same numbers.
pub(crate) fn rng(seed: u64, label: &str) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed ^ fingerprint(label.as_bytes()))
}

/// Whether a thing with probability `share` happens for this seed and label.
pub(crate) fn happens(seed: u64, label: &str, share: f64) -> bool {
    share > 0.0 && rng(seed, label).random_bool(share.clamp(0.0, 1.0))
}

/// A 19-digit id in Gong's style, as a string of digits.
pub(crate) fn id(seed: u64, label: &str) -> String {
    rng(seed, label)
        .random_range(1_000_000_000_000_000_000_u64..9_200_000_000_000_000_000)
        .to_string()
}

/// FNV-1a: short, stable across versions, good enough to tell labels apart.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
