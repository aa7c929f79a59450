//! The codes of all rows, 32 rows a block, byte by byte.

use std::sync::Arc;

use half::f16;

/// The rows of a block: as many as fill a register of bytes.
pub(super) const ROWS: usize = 32;
/// The same byte of the codes of all rows of a block.
pub(super) type Lane = [u8; ROWS];

/// Blocks that are shared, or copied, at once.
const BLOCKS_A_CHUNK: usize = 64;
const BITS: usize = 8;

/// The codes of rows 0, 1, 2 and so on. A clone shares all but what is added to it.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    /// The bytes of one code, at least one.
    bytes: usize,
    rows: usize,
    /// Each has so many blocks, and each block as many lanes as a code has bytes.
    chunks: Vec<Arc<Vec<Lane>>>,
}

impl Codes {
    /// No codes yet, of vectors of this length.
    pub(crate) fn new(dimensions: usize) -> Self {
        Self {
            bytes: dimensions.div_ceil(BITS).max(1),
            rows: 0,
            chunks: Vec::new(),
        }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds the code of the next row.
    pub(crate) fn push(&mut self, vector: &[f16]) {
        let (block, row) = (self.rows / ROWS, self.rows % ROWS);
        let (chunk, block) = (block / BLOCKS_A_CHUNK, block % BLOCKS_A_CHUNK);
        if chunk == self.chunks.len() {
            let lanes = BLOCKS_A_CHUNK * self.bytes;
            self.chunks.push(Arc::new(vec![[0; ROWS]; lanes]));
        }
        if let Some(chunk) = self.chunks.get_mut(chunk) {
            let lanes = Arc::make_mut(chunk).iter_mut().skip(block * self.bytes);
            for (lane, values) in lanes.zip(vector.chunks(BITS)) {
                if let Some(byte) = lane.get_mut(row) {
                    *byte = byte_of(values);
                }
            }
        }
        self.rows += 1;
    }

    /// The lanes of each block, in the order of rows.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[Lane]> {
        let blocks = self.rows.div_ceil(ROWS);
        let all = self
            .chunks
            .iter()
            .flat_map(|chunk| chunk.chunks_exact(self.bytes));
        all.take(blocks)
    }
}

/// A bit for each value that is not negative.
fn byte_of(values: &[f16]) -> u8 {
    let bits = values.iter().enumerate();
    bits.fold(0, |byte, (bit, value)| {
        byte | u8::from(value.is_sign_positive()) << bit
    })
}

/// The rows that may be found: a word of bits for each block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    words: Vec<u32>,
}

impl Chosen {
    /// None of so many rows.
    pub(crate) fn none(rows: usize) -> Self {
        Self {
            words: vec![0; rows.div_ceil(ROWS)],
        }
    }

    /// Adds a row; one that is past the end is not there to be found.
    pub(crate) fn add(&mut self, row: u32) {
        if let Some(word) = self.words.get_mut(row as usize / ROWS) {
            *word |= 1 << (row as usize % ROWS);
        }
    }

    pub(super) fn words(&self) -> &[u32] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_had_when_the_other_grows() {
        let row = |n: usize| -> Vec<f16> {
            (0..12)
                .map(|bit| f16::from_f32(if n >> bit & 1 == 1 { 0.5 } else { -0.5 }))
                .collect()
        };
        let mut codes = Codes::new(12);
        for n in 0..70 {
            codes.push(&row(n));
        }
        let before = codes.clone();
        for n in 70..ROWS * BLOCKS_A_CHUNK + 5 {
            codes.push(&row(n));
        }

        let read = |codes: &Codes| -> Vec<usize> {
            let rows = codes.blocks().flat_map(|block| {
                (0..ROWS).map(|row| usize::from(block[0][row]) | usize::from(block[1][row]) << 8)
            });
            rows.take(codes.rows()).collect()
        };
        assert_eq!(read(&before), (0..70).collect::<Vec<_>>());
        let all: Vec<_> = (0..ROWS * BLOCKS_A_CHUNK + 5).collect();
        assert_eq!(read(&codes), all);
        assert_eq!(before.blocks().count(), 3);
    }
}
