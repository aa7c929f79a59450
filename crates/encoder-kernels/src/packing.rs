//! Weights in the order in which a product reads them: panels of 16 columns.

/// Columns of a panel: the values of one 512-bit vector, or of two of 256 bits.
pub(crate) const LANES: usize = 16;

/// One row of a panel.
pub(crate) type Lane = [f32; LANES];

/// One pair of rows of a panel of integers: both values of a column stand side by side.
pub(crate) type PairLane = [i16; 2 * LANES];

/// Panels lent to an exact product: panel `p` is the `depth` lanes from `p · depth` on.
#[derive(Clone, Copy)]
pub(crate) struct Panels<'a> {
    pub(crate) lanes: &'a [Lane],
    pub(crate) depth: usize,
    /// A lane for each panel, with which the sums begin.
    pub(crate) bias: Option<&'a [Lane]>,
}

/// The weights of a linear layer in 32 bits.
pub(crate) struct ExactWeights {
    lanes: Vec<Lane>,
    bias: Vec<Lane>,
    depth: usize,
}

/// The weights of a linear layer in 16 bits.
pub(crate) struct NearWeights {
    pub(crate) lanes: Vec<PairLane>,
    pub(crate) pairs: usize,
    /// What a sum of integers is multiplied with, beside the scale of its row.
    pub(crate) scale: Vec<Lane>,
    pub(crate) bias: Vec<Lane>,
}

/// The greatest integer. One less than there is, so that no rounding can leave 16 bits.
pub(crate) const GREATEST: f32 = 32_766.0;
/// The greatest length of a row or column of integers, its values squared and summed. A sum of
/// products is never greater than the product of both lengths (Cauchy and Schwarz), and this one
/// squared stays below 2³¹ with what rounding adds. So half of the digits are the token's and half
/// the weights', however large a single value is beside the others.
pub(crate) const LONGEST: f32 = 46_000.0;

impl ExactWeights {
    /// Packs weights that are stored as (out, in), one bias for each output.
    pub(crate) fn pack(weights: &[f32], bias: &[f32]) -> Self {
        let depth = weights.len() / bias.len();
        let panels = bias.len().div_ceil(LANES);
        let mut lanes = vec![[0.0; LANES]; panels * depth];
        for (column, row) in weights.chunks_exact(depth).enumerate() {
            let panel = &mut lanes[column / LANES * depth..][..depth];
            for (lane, &weight) in panel.iter_mut().zip(row) {
                lane[column % LANES] = weight;
            }
        }
        Self {
            lanes,
            bias: in_lanes(bias),
            depth,
        }
    }

    pub(crate) fn panels(&self) -> Panels<'_> {
        Panels {
            lanes: &self.lanes,
            depth: self.depth,
            bias: Some(&self.bias),
        }
    }
}

impl NearWeights {
    /// Packs weights that are stored as (out, in), each output with the greatest scale for which
    /// neither a weight leaves 16 bits nor any sum 32.
    pub(crate) fn pack(weights: &[f32], bias: &[f32]) -> Self {
        let depth = weights.len() / bias.len();
        let pairs = depth.div_ceil(2);
        let panels = bias.len().div_ceil(LANES);
        let mut lanes = vec![[0; 2 * LANES]; panels * pairs];
        let mut scales = Vec::with_capacity(bias.len());
        for (column, row) in weights.chunks_exact(depth).enumerate() {
            let scale = scale_of(row);
            let panel = &mut lanes[column / LANES * pairs..][..pairs];
            for (at, &weight) in row.iter().enumerate() {
                panel[at / 2][column % LANES * 2 + at % 2] = rounded(weight * scale);
            }
            scales.push(1.0 / scale);
        }
        Self {
            lanes,
            pairs,
            scale: in_lanes(&scales),
            bias: in_lanes(bias),
        }
    }
}

/// What the weights of one output are multiplied with before they are rounded.
fn scale_of(row: &[f32]) -> f32 {
    let greatest = row
        .iter()
        .fold(0.0_f32, |most, weight| most.max(weight.abs()));
    let squares: f64 = row.iter().map(|weight| f64::from(*weight).powi(2)).sum();
    if greatest == 0.0 {
        return 1.0;
    }
    (GREATEST / greatest).min(narrowed(f64::from(LONGEST) / squares.sqrt()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a scale needs no more digits"
)]
fn narrowed(scale: f64) -> f32 {
    scale as f32
}

#[expect(clippy::cast_possible_truncation, reason = "scaled so that it fits")]
fn rounded(weight: f32) -> i16 {
    weight.round_ties_even() as i16
}

fn in_lanes(values: &[f32]) -> Vec<Lane> {
    let lane = |part: &[f32]| {
        let mut lane = [0.0; LANES];
        lane[..part.len()].copy_from_slice(part);
        lane
    };
    values.chunks(LANES).map(lane).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::noise;

    #[test]
    fn a_weight_lies_where_its_row_and_column_say() {
        let weights: Vec<f32> = (0_u8..60).map(f32::from).collect();

        let packed = ExactWeights::pack(&weights, &[0.5; 20]);

        assert_eq!((packed.depth, packed.lanes.len()), (3, 6));
        let [at, beside, beyond] =
            [(2, 1), (3, 3), (3, 4)].map(|(row, at)| packed.lanes[row][at].to_string());
        assert_eq!(at, "5", "row 2 of column 1 of the first panel");
        assert_eq!(beside, "57", "row 0 of column 19, in the second");
        assert_eq!(beyond, "0", "beyond the last column");
        assert_eq!((packed.bias[1][3], packed.bias[1][4]), (0.5, 0.0));
    }

    proptest! {
        #[test]
        fn no_sum_of_integers_can_overflow(
            depth in 1_usize..2_000, seed: u32, greatest in 1e-6_f32..1e6,
        ) {
            // All alike, which fills the sum, or noise, which fills the weight.
            for weights in [vec![greatest; depth], noise(depth, seed)] {
                let packed = NearWeights::pack(&weights, &[0.0]);

                let column = packed.lanes.iter().flat_map(|lane| &lane[..2]);
                let squares: i64 = column.map(|&weight| i64::from(weight).pow(2)).sum();
                prop_assert!(squares <= i64::from(i32::MAX));
            }
        }

        #[test]
        fn a_weight_comes_back_within_half_a_step(depth in 1_usize..40, seed: u32) {
            let weights = noise(depth * 3, seed);

            let packed = NearWeights::pack(&weights, &[0.0; 3]);

            for (at, weight) in weights.iter().enumerate() {
                let (column, row) = (at / depth, at % depth);
                let scale = packed.scale[0][column];
                let stored = f32::from(packed.lanes[row / 2][column * 2 + row % 2]) * scale;
                prop_assert!((stored - weight).abs() <= scale * 0.51);
            }
        }
    }
}
