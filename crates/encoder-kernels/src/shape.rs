//! How large a model is, and how exactly it is computed.

use crate::{Error, packing::LANES};

/// The sizes of a BERT encoder with exact GELU and absolute positions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "these numbers are all that such an encoder has"
)]
pub struct Shape {
    /// Tokens that it knows.
    pub vocabulary: usize,
    /// The longest text, in tokens.
    pub positions: usize,
    /// Values of a token's vector.
    pub hidden: usize,
    /// Attention heads of a layer.
    pub heads: usize,
    /// Layers.
    pub layers: usize,
    /// Values between the two halves of a layer.
    pub intermediate: usize,
    /// What LayerNorm adds to a variance.
    pub epsilon: f32,
}

/// How the matrix products are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever chooses should see each choice"
)]
pub enum Precision {
    /// In 32-bit floating point, like PyTorch.
    Exact,
    /// In 16-bit integers with a scale per token and per output: cosine above 0.99999 to `Exact`,
    /// and about half as fast again.
    #[default]
    Near,
}

impl Shape {
    /// Refuses what the kernels do not compute.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |what| Err(Error::Shape { what });
        let sizes = [
            self.vocabulary,
            self.positions,
            self.hidden,
            self.heads,
            self.layers,
            self.intermediate,
        ];
        if sizes.contains(&0) {
            return refuse("sizes are not all above zero");
        }
        if !self.hidden.is_multiple_of(self.heads) || !self.head_length().is_multiple_of(LANES) {
            return refuse("heads are not of a multiple of 16 values");
        }
        if !self.intermediate.is_multiple_of(LANES) {
            return refuse("intermediate size is not a multiple of 16");
        }
        // Half of the sum of a product's weights, rounded, must stay far from the end of an i32.
        if self.hidden.max(self.intermediate) > 1 << 17 {
            return refuse("rows have more than 131072 values");
        }
        Ok(())
    }

    pub(crate) fn head_length(&self) -> usize {
        self.hidden / self.heads
    }
}
