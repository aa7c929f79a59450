//! What the tests of several kernels need.

/// Values between −1 and 1 that look like nothing, the same for the same seed.
pub(crate) fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = u64::from(seed) ^ 0x9e37_79b9_7f4a_7c15;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bits = u16::try_from(state >> 48).unwrap();
        f32::from(bits) / 32_768.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}
