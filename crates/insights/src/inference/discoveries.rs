//! Many questions asked at once: which answers still count.

/// The p-values adjusted for all of them, in their order: one at most `q` is a discovery, and of
/// the discoveries a share of at most `q` is false on average.
///
/// Source: Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", Journal of the Royal
/// Statistical Society B 57 (1995).
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    let value = |at: usize| p.get(at).copied().unwrap_or(1.0);
    order.sort_by(|&a, &b| value(a).total_cmp(&value(b)));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(value(at) * p.len() as f64 / (rank as f64 + 1.0));
        if let Some(slot) = adjusted.get_mut(at) {
            *slot = least;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen p-values of Benjamini & Hochberg 1995, section 3.2: at 5 % four are discoveries.
    #[test]
    fn the_example_of_the_paper_has_four_discoveries() {
        let mut p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let discovered = |p: &[f64]| -> Vec<f64> {
            let all = p.iter().zip(benjamini_hochberg(p));
            all.filter(|(_, adjusted)| *adjusted <= 0.05)
                .map(|(p, _)| *p)
                .collect()
        };
        assert_eq!(discovered(&p), [0.0001, 0.0004, 0.0019, 0.0095]);
        p.reverse();
        assert_eq!(discovered(&p), [0.0095, 0.0019, 0.0004, 0.0001]);
    }

    #[test]
    fn a_single_question_needs_no_adjustment() {
        assert_eq!(benjamini_hochberg(&[0.04]), [0.04]);
        assert_eq!(benjamini_hochberg(&[]), [] as [f64; 0]);
    }
}
