//! Scores into a ranking.

/// Centres scores on their mean and scales them by their deviation; equal scores all become 0.
pub fn z_scores(scores: &[f64]) -> Vec<f64> {
    let count = scores.len().max(1) as f64;
    let mean = scores.iter().sum::<f64>() / count;
    let deviation = (scores.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / count).sqrt();
    let scale = if deviation > 1e-9 {
        1.0 / deviation
    } else {
        0.0
    };
    scores.iter().map(|score| (score - mean) * scale).collect()
}

/// The positions of the best scores, best first; equal ones in order of position.
pub fn best(scores: &[f64], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order.truncate(most);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_equals_in_order() {
        assert_eq!(best(&[1.0, 3.0, 3.0, 2.0], 3), [1, 2, 3]);
    }

    #[test]
    fn equal_scores_say_nothing() {
        assert_eq!(z_scores(&[2.0, 2.0]), [0.0, 0.0]);
        assert_eq!(z_scores(&[1.0, 3.0]), [-1.0, 1.0]);
    }
}
