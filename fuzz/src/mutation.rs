//! Mutations of a corpus by seed: cuts, repeats, swaps, bits, and the pieces that JSON is made of.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const PIECES: [&str; 24] = [
    "null",
    "true",
    "{}",
    "[]",
    "[[[[",
    "\"\"",
    "\"id\"",
    "\"callId\"",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "0.1",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{202e}",
    "\u{0301}",
    "\n",
    " ",
    "/",
    "..",
    "=",
    ":",
];
const LONGEST: usize = 64 * 1024;

/// An endless stream of inputs made from a corpus.
#[derive(Debug)]
pub struct Mutations<'c> {
    corpus: &'c [Vec<u8>],
    rng: ChaCha8Rng,
}

impl<'c> Mutations<'c> {
    /// The inputs of a seed.
    ///
    /// # Panics
    /// When the corpus is empty.
    pub fn new(corpus: &'c [Vec<u8>], seed: u64) -> Self {
        assert!(!corpus.is_empty(), "there is nothing to mutate");
        Self {
            corpus,
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    fn any(&mut self) -> &'c [u8] {
        &self.corpus[self.rng.random_range(0..self.corpus.len())]
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.rng.random_range(0..=input.len());
        let to = (at + self.rng.random_range(0..64)).min(input.len());
        match self.rng.random_range(0..7) {
            0 if at < input.len() => input[at] ^= 1 << self.rng.random_range(0..8),
            1 => input.truncate(at),
            2 => drop(input.drain(at..to)),
            3 => {
                let piece = input[at..to].to_vec();
                input.splice(at..at, piece);
            }
            4 => {
                let other = self.any();
                let from = self.rng.random_range(0..=other.len());
                let until = (from + self.rng.random_range(0..256)).min(other.len());
                input.splice(at..to, other[from..until].iter().copied());
            }
            5 => input.insert(at, self.rng.random()),
            _ => {
                let piece = PIECES[self.rng.random_range(0..PIECES.len())];
                input.splice(at..to, piece.bytes());
            }
        }
    }
}

impl Iterator for Mutations<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut input = self.any().to_vec();
        for _ in 0..self.rng.random_range(1..6) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        Some(input)
    }
}
