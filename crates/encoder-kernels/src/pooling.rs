//! From the vectors of a text's tokens to one.

use crate::level::for_every_level;

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// That of the first.
    FirstToken,
}

impl Pooling {
    /// The one vector of a text's rows.
    pub(crate) fn pooled(self, level: crate::Level, rows: &[f32], width: usize) -> Vec<f32> {
        let mut pooled = rows[..width].to_vec();
        if self == Self::Mean {
            mean(level, &rows[width..], &mut pooled);
        }
        pooled
    }
}

for_every_level! {
    /// `pooled = (pooled + Σ rows) / (1 + number of rows)`.
    fn mean(rows: &[f32], pooled: &mut [f32]) = body
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn body<const IS_FUSED: bool>(rows: &[f32], pooled: &mut [f32]) {
    for row in rows.chunks_exact(pooled.len()) {
        for (sum, value) in pooled.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let count = 1 + rows.len() / pooled.len();
    for sum in pooled {
        *sum /= count as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn the_mean_is_over_all_rows_and_the_first_is_the_first() {
        let rows: Vec<f32> = (0_u8..48).map(f32::from).collect();
        for level in Level::all() {
            let mean = Pooling::Mean.pooled(level, &rows, 16);
            let first = Pooling::FirstToken.pooled(level, &rows, 16);
            let alone = Pooling::Mean.pooled(level, &rows[..16], 16);

            assert_eq!((mean[0], mean[15]), (16.0, 31.0), "{level}");
            assert_eq!(
                (&first, &alone),
                (&rows[..16].to_vec(), &rows[..16].to_vec())
            );
        }
    }
}
