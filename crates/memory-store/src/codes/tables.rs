//! A question as look-up tables: what each four bits of a code add to its score.

/// What four bits can say.
const NIBBLES: usize = 16;
/// The highest entry: two of them still fit into a byte.
const HIGHEST: u16 = 127;

/// The tables of one question: two a byte of a code, for its lower and its upper four bits.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    of_bytes: Vec<[[u8; NIBBLES]; 2]>,
}

impl Tables {
    /// Makes the tables of a question.
    ///
    /// Entries are rounded to 7 bits, in steps that are the same for all tables; a sum over a
    /// whole code fits into 16 bits at every length.
    pub(crate) fn new(question: &[f32]) -> Self {
        let nibbles = 2 * question.len().div_ceil(8).max(1);
        let (groups, rest) = question.as_chunks::<4>();
        let mut values: Vec<[f32; 4]> = groups.to_vec();
        let mut last = [0.0; 4];
        for (value, rest) in last.iter_mut().zip(rest) {
            *value = *rest;
        }
        values.push(last);
        values.resize(nibbles, [0.0; 4]);

        let reach = |values: &[f32; 4]| values.iter().map(|value| value.abs()).sum::<f32>();
        let widest = values.iter().map(reach).fold(0.0, f32::max);
        let highest = HIGHEST.min(u16::MAX / u16::try_from(nibbles).unwrap_or(u16::MAX));
        let step = 2.0 * widest / f32::from(highest);
        let tables: Vec<[u8; NIBBLES]> = values.iter().map(|four| table(four, step)).collect();
        let (pairs, _) = tables.as_chunks::<2>();
        Self {
            of_bytes: pairs.to_vec(),
        }
    }

    pub(super) fn of_bytes(&self) -> &[[[u8; NIBBLES]; 2]] {
        &self.of_bytes
    }
}

/// The sum of four values for every choice of signs, from 0 upwards in steps.
fn table(values: &[f32; 4], step: f32) -> [u8; NIBBLES] {
    let mut table = [0; NIBBLES];
    for (signs, entry) in table.iter_mut().enumerate() {
        // A value that is added instead of taken away counts twice.
        let added = values.iter().enumerate().map(|(bit, value)| {
            let is_added = signs >> bit & 1 == 1;
            if is_added == (*value > 0.0) {
                2.0 * value.abs()
            } else {
                0.0
            }
        });
        let sum: f32 = added.sum();
        *entry = if step > 0.0 { rounded(sum / step) } else { 0 };
    }
    table
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and the value is between 0 and 127"
)]
fn rounded(value: f32) -> u8 {
    value.round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_adds_what_has_the_question_s_sign() {
        let tables = Tables::new(&[1.0, -1.0, 0.0, 0.5, 0.25]);
        let [[low, high]] = tables.of_bytes() else {
            panic!("five dimensions fit into one byte")
        };
        assert_eq!(low[0b1001], 127, "all signs agree");
        assert_eq!(low[0b0010], 0, "no sign agrees");
        assert_eq!(low[0b1001], low[0b1101], "a value of 0 has no sign");
        assert!(low[0b0001] > low[0b1011]);
        assert_eq!((high[0], high[1], high[0b1110]), (0, 13, 0));
    }

    #[test]
    fn a_question_without_values_or_with_bad_ones_makes_tables_all_the_same() {
        for question in [vec![], vec![0.0; 9], vec![f32::NAN; 8], vec![f32::MAX; 8]] {
            let tables = Tables::new(&question);
            assert_eq!(tables.of_bytes().len(), question.len().div_ceil(8).max(1));
        }
    }

    #[test]
    fn sums_fit_into_sixteen_bits_at_every_length() {
        for dimensions in [1, 8, 384, 1_024, 2_064, 4_096, 10_000] {
            let tables = Tables::new(&vec![-0.7; dimensions]);
            let highest = |table: &[u8; NIBBLES]| u32::from(*table.iter().max().expect("some"));
            let sum: u32 = tables.of_bytes().iter().flatten().map(highest).sum();
            assert!((1..=0xffff).contains(&sum), "{dimensions}: {sum}");
        }
    }
}
