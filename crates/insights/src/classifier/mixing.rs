//! What one place says, and what the places of its group say together.

use super::sigmoid;

/// For each row of scores the logarithm of the share of each output, and added to it their mean over
/// all rows of the same group.
pub fn mixed(scores: &[Vec<f32>], groups: &[usize]) -> Vec<Vec<f32>> {
    let shares: Vec<Vec<f32>> = scores.iter().map(|row| log_shares(row)).collect();
    let of_group = |group: usize| -> Vec<&Vec<f32>> {
        let rows = shares.iter().zip(groups);
        rows.filter(|(_, other)| **other == group)
            .map(|(row, _)| row)
            .collect()
    };
    let one = |(own, group): (&Vec<f32>, &usize)| {
        let same = of_group(*group);
        let mean = |at: usize| {
            let sum: f32 = same.iter().filter_map(|row| row.get(at)).sum();
            sum / same.len().max(1) as f32
        };
        let outputs = own.iter().enumerate();
        outputs.map(|(at, own)| own + mean(at)).collect()
    };
    shares.iter().zip(groups).map(one).collect()
}

/// The logarithms of the shares that go to each output.
fn log_shares(scores: &[f32]) -> Vec<f32> {
    let total: f32 = scores.iter().map(|&score| sigmoid(score)).sum();
    scores
        .iter()
        .map(|&score| (sigmoid(score) / total.max(1e-6)).max(1e-6).ln())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_outvotes_a_place_that_says_little() {
        let scores = [
            vec![2.0, -2.0],
            vec![2.0, -2.0],
            vec![-0.1, 0.1],
            vec![-0.1, 0.1],
        ];
        let best: Vec<bool> = mixed(&scores, &[7, 7, 7, 8])
            .iter()
            .map(|row| row[0] > row[1])
            .collect();
        assert_eq!(best, [true, true, true, false]);
    }
}
