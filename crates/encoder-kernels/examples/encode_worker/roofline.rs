//! What the processor multiplies and adds at most: in registers, with nothing to load.

use std::hint::black_box;

use super::Result;

/// Sums side by side: enough that none waits for itself.
const SUMS: usize = 12;
const WIDTH: usize = 16;
const ROUNDS: u32 = 40_000_000;

/// 10⁹ operations of 32-bit floating point in a CPU second, the median of three: a product and a
/// sum are two.
///
/// AVX2 and AVX-512 do the same number of these on processors that split a 512-bit instruction;
/// where they do not, the wider one is the roofline, so both are tried.
pub(super) fn gigaflops(seconds: fn() -> Result<f64>) -> Result<f64> {
    let mut best = 0.0_f64;
    for kernel in kernels() {
        let mut rates = [0.0; 3];
        for rate in &mut rates {
            let before = seconds()?;
            black_box(kernel(black_box(0.999_999_9)));
            let operations = f64::from(ROUNDS) * (SUMS * WIDTH * 2) as f64;
            *rate = operations / (seconds()? - before) / 1e9;
        }
        rates.sort_by(f64::total_cmp);
        best = best.max(rates[1]);
    }
    Ok(best)
}

type Kernel = fn(f32) -> f32;

fn kernels() -> Vec<Kernel> {
    let mut kernels: Vec<Kernel> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            #[expect(unsafe_code, reason = "calls what the processor was asked for")]
            // SAFETY: the processor has just been asked for both.
            kernels.push(|factor| unsafe { with_avx2(factor) });
        }
        if is_x86_feature_detected!("avx512f") {
            #[expect(unsafe_code, reason = "calls what the processor was asked for")]
            // SAFETY: the processor has just been asked for it.
            kernels.push(|factor| unsafe { with_avx512(factor) });
        }
    }
    if kernels.is_empty() {
        kernels.push(multiply_and_add);
    }
    kernels
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_avx2(factor: f32) -> f32 {
    use std::arch::x86_64::{_mm256_cvtss_f32, _mm256_fmadd_ps, _mm256_set1_ps};

    let factor = _mm256_set1_ps(factor);
    let mut sums = [_mm256_set1_ps(0.5); SUMS];
    // Two instructions for each lane of sixteen.
    for _ in 0..ROUNDS * 2 {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(*sum, factor, factor);
        }
    }
    sums.iter().map(|sum| _mm256_cvtss_f32(*sum)).sum()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn with_avx512(factor: f32) -> f32 {
    use std::arch::x86_64::{_mm512_cvtss_f32, _mm512_fmadd_ps, _mm512_set1_ps};

    let factor = _mm512_set1_ps(factor);
    let mut sums = [_mm512_set1_ps(0.5); SUMS];
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(*sum, factor, factor);
        }
    }
    sums.iter().map(|sum| _mm512_cvtss_f32(*sum)).sum()
}

fn multiply_and_add(factor: f32) -> f32 {
    let mut sums = [[0.5_f32; WIDTH]; SUMS];
    for _ in 0..ROUNDS {
        for sum in sums.as_flattened_mut() {
            *sum = *sum * factor + factor;
        }
    }
    sums.as_flattened().iter().sum()
}
