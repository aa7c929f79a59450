//! The scores of a block of rows: by the processor's shuffles where it has them, else one by one.

use super::blocks::{Lane, ROWS};
use super::tables::Tables;

/// How blocks are summed on this processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Everywhere.
    Portable,
    /// 32 look-ups an instruction.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Level {
    /// The best that this processor can do.
    pub(super) fn of_this_processor() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        Self::Portable
    }

    /// Sums up a block, and tells by a bit a row which sums are at least `least`; where no bit is
    /// set the sums are not given.
    pub(super) fn reaching(
        self,
        block: &[Lane],
        tables: &Tables,
        least: u16,
        sums: &mut [u16; ROWS],
    ) -> u32 {
        match self {
            Self::Portable => portable(block, tables, least, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::reaching(block, tables.of_bytes(), least, sums),
        }
    }
}

fn portable(block: &[Lane], tables: &Tables, least: u16, sums: &mut [u16; ROWS]) -> u32 {
    *sums = [0; ROWS];
    for (lane, [low, high]) in block.iter().zip(tables.of_bytes()) {
        for (sum, byte) in sums.iter_mut().zip(lane) {
            let entry = |table: &[u8; 16], nibble: u8| {
                u16::from(table.get(usize::from(nibble)).copied().unwrap_or(0))
            };
            *sum += entry(low, byte & 15) + entry(high, byte >> 4);
        }
    }
    let bits = sums.iter().enumerate();
    bits.fold(0, |bits, (row, sum)| bits | u32::from(*sum >= least) << row)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every length around the edges of bytes and registers, and those of models.
    fn lengths() -> impl Strategy<Value = usize> {
        prop_oneof![1_usize..70, Just(384), Just(381), Just(768), Just(1_024)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn this_processor_sums_as_the_plain_loop(
            (question, block, least) in lengths().prop_flat_map(|dimensions| (
                proptest::collection::vec(-1.0_f32..1.0, dimensions),
                proptest::collection::vec(any::<Lane>(), dimensions.div_ceil(8)),
                any::<u16>().prop_map(move |n| n % 8_000),
            )),
        ) {
            let tables = Tables::new(&question);
            let (mut plain, mut fast) = ([0; ROWS], [0; ROWS]);

            let expected = Level::Portable.reaching(&block, &tables, least, &mut plain);
            let found = Level::of_this_processor().reaching(&block, &tables, least, &mut fast);

            prop_assert_eq!(found, expected);
            if expected != 0 {
                prop_assert_eq!(fast, plain);
            }
        }
    }

    #[test]
    fn the_highest_sums_do_not_run_over() {
        for dimensions in [8, 384, 2_064, 4_096] {
            let tables = Tables::new(&vec![1.0; dimensions]);
            let block = vec![[u8::MAX; ROWS]; dimensions.div_ceil(8)];
            let (mut plain, mut fast) = ([0; ROWS], [0; ROWS]);
            assert_eq!(
                Level::Portable.reaching(&block, &tables, 0, &mut plain),
                u32::MAX
            );
            let level = Level::of_this_processor();
            assert_eq!(level.reaching(&block, &tables, 0, &mut fast), u32::MAX);
            assert_eq!(plain, fast);
            let sum: u32 = tables
                .of_bytes()
                .iter()
                .flatten()
                .map(|t| u32::from(t[15]))
                .sum();
            assert_eq!(u32::from(plain[31]), sum);
        }
    }
}
