//! The memory that a thread works in.

use crate::{attention::AttentionScratch, shape::Shape};

/// What one thread needs beside the model while it encodes: about 7 MB for 512 tokens of MiniLM.
///
/// It grows with the largest group that it has seen, and nothing else is allocated on the way.
#[derive(Default)]
pub struct Scratch {
    /// The vectors of all tokens.
    pub(crate) hidden: Vec<f32>,
    pub(crate) query_key_value: Vec<f32>,
    /// What attention took.
    pub(crate) taken: Vec<f32>,
    pub(crate) block: BlockScratch,
    pub(crate) attention: AttentionScratch,
}

/// What the linear layers need for a block of rows.
#[derive(Default)]
pub(crate) struct BlockScratch {
    /// Between the halves of a layer.
    pub(crate) wide: Vec<f32>,
    pub(crate) narrow: Vec<f32>,
    pub(crate) integers: Integers,
}

/// The rows of a block in 16 bits.
#[derive(Default)]
pub(crate) struct Integers {
    pub(crate) pairs: Vec<i32>,
    pub(crate) steps: Vec<f32>,
}

/// Rows that the linear layers take at a time: what is between the halves of a layer stays in the
/// second cache.
pub(crate) const BLOCK: usize = 96;

impl Scratch {
    pub(crate) fn grow(&mut self, tokens: usize, shape: &Shape) {
        let Shape {
            hidden,
            intermediate,
            ..
        } = *shape;
        let at_least = |values: &mut Vec<f32>, count: usize| {
            if values.len() < count {
                values.resize(count, 0.0);
            }
        };
        at_least(&mut self.hidden, tokens * hidden);
        at_least(&mut self.query_key_value, tokens * hidden * 3);
        at_least(&mut self.taken, tokens * hidden);
        let rows = BLOCK.min(tokens);
        at_least(&mut self.block.wide, rows * intermediate);
        at_least(&mut self.block.narrow, rows * hidden);
        at_least(&mut self.block.integers.steps, rows);
        let pairs = rows * hidden.max(intermediate).div_ceil(2);
        if self.block.integers.pairs.len() < pairs {
            self.block.integers.pairs.resize(pairs, 0);
        }
    }
}
