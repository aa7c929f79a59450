//! Logistic regression with an L2 penalty, several outputs at once, by L-BFGS.
//!
//! Everything is added up in a fixed order on one thread, so the same rows give the same weights.

use insights::features::FeatureId;

/// One row of training: its features, and what the outputs are trained towards.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Positions of known features, with their values.
    pub(super) named: Vec<(usize, f32)>,
    /// The numbers of the vectors.
    pub(super) dense: &'a [f32],
    /// One answer per output.
    pub(super) answers: Vec<bool>,
}

/// Weights of all outputs: per named feature a row, per output a row of vector weights, a bias.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub(super) named: Vec<Vec<f32>>,
    pub(super) dense: Vec<Vec<f32>>,
    pub(super) bias: Vec<f32>,
}

/// The features that occur in at least `least` of the rows, rising.
pub(super) fn vocabulary<'a>(
    rows: impl Iterator<Item = &'a insights::features::Named>,
    least: usize,
) -> Vec<FeatureId> {
    let mut seen: Vec<FeatureId> = rows.flat_map(|row| row.iter().map(|(id, _)| id)).collect();
    seen.sort_unstable();
    let runs = seen.chunk_by(|one, next| one == next);
    runs.filter(|run| run.len() >= least)
        .filter_map(|run| run.first().copied())
        .collect()
}

/// Trains. `outputs` is the number of answers of every row, `known` the size of the vocabulary.
pub(super) fn train(rows: &[Row<'_>], outputs: usize, known: usize, penalty: f32) -> Weights {
    let dense_len = rows.first().map_or(0, |row| row.dense.len());
    let problem = Problem {
        rows,
        outputs,
        known,
        dense_len,
        penalty,
    };
    let mut at = vec![0.0_f32; problem.size()];
    problem.start(&mut at);
    minimise(&problem, &mut at, 60);
    problem.weights(&at)
}

struct Problem<'a> {
    rows: &'a [Row<'a>],
    outputs: usize,
    known: usize,
    dense_len: usize,
    penalty: f32,
}

impl Problem<'_> {
    /// Named weights (feature by feature), vector weights (output by output), biases.
    fn size(&self) -> usize {
        (self.known + self.dense_len + 1) * self.outputs
    }

    fn biases(&self) -> usize {
        (self.known + self.dense_len) * self.outputs
    }

    /// Begins with the biases that give each output its share of answers yes.
    fn start(&self, at: &mut [f32]) {
        let biases = self.biases();
        for output in 0..self.outputs {
            let yes = self.rows.iter().filter(|row| row.answers[output]).count();
            let share = (yes as f32 + 0.5) / (self.rows.len() as f32 + 1.0);
            at[biases + output] = (share / (1.0 - share)).ln();
        }
    }

    /// The loss at a point; its slope goes into `slope`.
    fn loss(&self, at: &[f32], slope: &mut [f32]) -> f64 {
        slope.fill(0.0);
        let (outputs, dense_start, biases) =
            (self.outputs, self.known * self.outputs, self.biases());
        let mut loss = 0.0_f64;
        let mut scores = vec![0.0_f32; outputs];
        for row in self.rows {
            scores.copy_from_slice(&at[biases..]);
            for &(feature, value) in &row.named {
                let weights = &at[feature * outputs..(feature + 1) * outputs];
                for (score, weight) in scores.iter_mut().zip(weights) {
                    *score += weight * value;
                }
            }
            for (output, score) in scores.iter_mut().enumerate() {
                let start = dense_start + output * self.dense_len;
                *score += dot(&at[start..start + self.dense_len], row.dense);
            }
            for (score, &answer) in scores.iter_mut().zip(&row.answers) {
                let p = 1.0 / (1.0 + (-*score).exp());
                let right = if answer { p } else { 1.0 - p };
                loss -= f64::from(right.max(1e-12).ln());
                *score = p - f32::from(u8::from(answer));
            }
            for (slope, error) in slope[biases..].iter_mut().zip(&scores) {
                *slope += error;
            }
            for &(feature, value) in &row.named {
                let slopes = &mut slope[feature * outputs..(feature + 1) * outputs];
                for (slope, error) in slopes.iter_mut().zip(&scores) {
                    *slope += error * value;
                }
            }
            for (output, error) in scores.iter().enumerate() {
                let start = dense_start + output * self.dense_len;
                let slopes = &mut slope[start..start + self.dense_len];
                for (slope, value) in slopes.iter_mut().zip(row.dense) {
                    *slope += error * value;
                }
            }
        }
        let mut squares = 0.0_f64;
        for (slope, weight) in slope.iter_mut().zip(at).take(biases) {
            *slope += self.penalty * weight;
            squares += f64::from(weight * weight);
        }
        loss + 0.5 * f64::from(self.penalty) * squares
    }

    fn weights(&self, at: &[f32]) -> Weights {
        let (dense_start, biases) = (self.known * self.outputs, self.biases());
        let rows = |from: usize, to: usize, length: usize| -> Vec<Vec<f32>> {
            let chunk = &at[from..to];
            if length == 0 {
                return Vec::new();
            }
            chunk.chunks(length).map(<[f32]>::to_vec).collect()
        };
        Weights {
            named: rows(0, dense_start, self.outputs),
            dense: rows(dense_start, biases, self.dense_len),
            bias: at[biases..].to_vec(),
        }
    }
}

/// Sixteen sums side by side, so that the compiler can use wide registers.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    let (wide_a, wide_b) = (a.chunks_exact(16), b.chunks_exact(16));
    let (rest_a, rest_b) = (wide_a.remainder(), wide_b.remainder());
    for (a, b) in wide_a.zip(wide_b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

fn dot64(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| f64::from(a) * f64::from(b))
        .sum()
}

/// Steps that L-BFGS remembers.
const MEMORY: usize = 8;

/// L-BFGS with a step that is halved until the loss falls.
fn minimise(problem: &Problem<'_>, at: &mut [f32], steps: usize) {
    let mut slope = vec![0.0; at.len()];
    let mut loss = problem.loss(at, &mut slope);
    let mut memory: Vec<(Vec<f32>, Vec<f32>, f64)> = Vec::new();
    for _ in 0..steps {
        let mut direction = direction(&slope, &memory);
        let mut descent = dot64(&direction, &slope);
        if descent >= 0.0 {
            memory.clear();
            direction = slope.iter().map(|s| -s).collect();
            descent = dot64(&direction, &slope);
        }
        let length = dot64(&slope, &slope).sqrt();
        let mut step = if memory.is_empty() {
            1.0 / length.max(1.0)
        } else {
            1.0
        };
        let mut next = at.to_vec();
        let mut next_slope = vec![0.0; at.len()];
        let mut next_loss = f64::INFINITY;
        for _ in 0..20 {
            #[expect(clippy::cast_possible_truncation, reason = "a step is a small number")]
            let size = step as f32;
            for ((new, old), way) in next.iter_mut().zip(at.iter()).zip(&direction) {
                *new = old + size * way;
            }
            next_loss = problem.loss(&next, &mut next_slope);
            if next_loss <= loss + 1e-4 * step * descent {
                break;
            }
            step *= 0.5;
        }
        if next_loss >= loss {
            return;
        }
        let moved: Vec<f32> = next
            .iter()
            .zip(at.iter())
            .map(|(new, old)| new - old)
            .collect();
        let turned: Vec<f32> = next_slope
            .iter()
            .zip(&slope)
            .map(|(new, old)| new - old)
            .collect();
        let curvature = dot64(&moved, &turned);
        if curvature > 1e-10 {
            memory.push((moved, turned, 1.0 / curvature));
            if memory.len() > MEMORY {
                memory.remove(0);
            }
        }
        let gained = loss - next_loss;
        at.copy_from_slice(&next);
        slope = next_slope;
        loss = next_loss;
        if gained < 1e-5 * loss.abs() {
            return;
        }
    }
}

/// The two loops of L-BFGS: the slope, bent by what was learnt about the curvature.
fn direction(slope: &[f32], memory: &[(Vec<f32>, Vec<f32>, f64)]) -> Vec<f32> {
    let mut way: Vec<f64> = slope.iter().map(|&s| -f64::from(s)).collect();
    let along =
        |a: &[f32], b: &[f64]| -> f64 { a.iter().zip(b).map(|(&a, &b)| f64::from(a) * b).sum() };
    let mut shares = Vec::new();
    for (moved, turned, inverse) in memory.iter().rev() {
        let share = inverse * along(moved, &way);
        for (w, &t) in way.iter_mut().zip(turned) {
            *w -= share * f64::from(t);
        }
        shares.push(share);
    }
    if let Some((moved, turned, _)) = memory.last() {
        let scale = dot64(moved, turned) / dot64(turned, turned).max(1e-20);
        for w in &mut way {
            *w *= scale;
        }
    }
    for ((moved, turned, inverse), share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = inverse * along(turned, &way);
        for (w, &m) in way.iter_mut().zip(moved) {
            *w += (share - back) * f64::from(m);
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "weights are kept in 32 bits"
    )]
    let narrow = way.into_iter().map(|w| w as f32).collect();
    narrow
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_outputs_learn_their_own_features() {
        let vectors: Vec<[f32; 2]> = (0..40).map(|n| [(n % 2) as f32, 1.0]).collect();
        let rows: Vec<Row<'_>> = vectors
            .iter()
            .enumerate()
            .map(|(n, vector)| Row {
                named: vec![(n / 2 % 2, 1.0)],
                dense: vector,
                answers: vec![n / 2 % 2 == 0, n % 2 == 1],
            })
            .collect();

        let weights = train(&rows, 2, 2, 0.1);

        assert!(
            weights.named[0][0] > 1.0 && weights.named[1][0] < -1.0,
            "{weights:?}"
        );
        assert!(weights.dense[1][0] > 2.0, "{weights:?}");
        assert!(weights.dense[0][0].abs() < 0.1, "{weights:?}");
    }
}
