//! A block of 32 rows with AVX2: a shuffle is 32 look-ups in a table of 16.

#![expect(
    unsafe_code,
    clippy::cast_ptr_alignment,
    reason = "loads and stores, which need no alignment, and the call into what the processor has"
)]

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm256_add_epi8, _mm256_add_epi16, _mm256_and_si256,
    _mm256_broadcastsi128_si256, _mm256_cmpeq_epi16, _mm256_loadu_si256, _mm256_max_epu16,
    _mm256_movemask_epi8, _mm256_packs_epi16, _mm256_permute2x128_si256, _mm256_permute4x64_epi64,
    _mm256_set1_epi8, _mm256_set1_epi16, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_srli_epi16, _mm256_storeu_si256, _mm256_unpackhi_epi16, _mm256_unpacklo_epi16,
};

use super::blocks::{Lane, ROWS};

/// The two tables of a byte of a code.
type Pair = [[u8; 16]; 2];

/// See [`Level::reaching`](super::sums::Level::reaching).
pub(super) fn reaching(block: &[Lane], tables: &[Pair], least: u16, sums: &mut [u16; ROWS]) -> u32 {
    assert!(
        std::arch::is_x86_feature_detected!("avx2"),
        "the level was chosen for this processor"
    );
    // SAFETY: the processor has AVX2, as was just asked (the answer is cached).
    unsafe { sum_up(block, tables, least, sums) }
}

#[target_feature(enable = "avx2")]
fn sum_up(block: &[Lane], tables: &[Pair], least: u16, sums: &mut [u16; ROWS]) -> u32 {
    let four_bits = _mm256_set1_epi8(15);
    let lower_byte = _mm256_set1_epi16(0xff);
    let (mut even, mut odd) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    for (lane, [low, high]) in block.iter().zip(tables) {
        let bytes = load(lane);
        let low_bits = _mm256_and_si256(bytes, four_bits);
        let high_bits = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), four_bits);
        // Two entries of 7 bits fit into a byte.
        let added = _mm256_add_epi8(
            _mm256_shuffle_epi8(table(low), low_bits),
            _mm256_shuffle_epi8(table(high), high_bits),
        );
        even = _mm256_add_epi16(even, _mm256_and_si256(added, lower_byte));
        odd = _mm256_add_epi16(odd, _mm256_srli_epi16::<8>(added));
    }

    // Even and odd rows back into one row: 0..8 and 16..24, 8..16 and 24..32.
    let first = _mm256_unpacklo_epi16(even, odd);
    let second = _mm256_unpackhi_epi16(even, odd);
    let lower = _mm256_permute2x128_si256::<0x20>(first, second);
    let upper = _mm256_permute2x128_si256::<0x31>(first, second);
    let bound = _mm256_set1_epi16(least.cast_signed());
    let reaches = |sums| _mm256_cmpeq_epi16(_mm256_max_epu16(sums, bound), sums);
    let packed = _mm256_packs_epi16(reaches(lower), reaches(upper));
    let in_order = _mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
    let bits = _mm256_movemask_epi8(in_order).cast_unsigned();
    if bits != 0 {
        store(sums, lower, upper);
    }
    bits
}

#[target_feature(enable = "avx2")]
fn load(lane: &Lane) -> __m256i {
    // SAFETY: a lane is 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(lane.as_ptr().cast::<__m256i>()) }
}

#[target_feature(enable = "avx2")]
fn table(table: &[u8; 16]) -> __m256i {
    // SAFETY: a table is 16 bytes, and the load needs no alignment.
    let table = unsafe { _mm_loadu_si128(table.as_ptr().cast::<__m128i>()) };
    _mm256_broadcastsi128_si256(table)
}

#[target_feature(enable = "avx2")]
fn store(sums: &mut [u16; ROWS], lower: __m256i, upper: __m256i) {
    let (first, second) = sums.split_at_mut(ROWS / 2);
    // SAFETY: each half is 16 sums of two bytes, and the store needs no alignment.
    unsafe {
        _mm256_storeu_si256(first.as_mut_ptr().cast::<__m256i>(), lower);
        _mm256_storeu_si256(second.as_mut_ptr().cast::<__m256i>(), upper);
    }
}
