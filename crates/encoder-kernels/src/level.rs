//! What the processor can do, asked once.

use std::fmt;

/// A set of instructions that this processor has. The kernels of each give the same vectors up to
/// rounding.
///
/// A level can only be had by asking the processor, so holding one is the proof that its
/// instructions may be used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(Kind);

/// The levels, slowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    not(target_arch = "x86_64"),
    expect(dead_code, reason = "other processors have the portable level only")
)]
pub(crate) enum Kind {
    Portable,
    Avx2,
    Avx512,
    Vnni,
}

impl Level {
    /// The fastest level of this processor.
    pub fn best() -> Self {
        Self::all().last().copied().unwrap_or_else(Self::portable)
    }

    /// The level that every processor has: plain code that the compiler turns into whatever vector
    /// instructions the build allows.
    pub fn portable() -> Self {
        Self(Kind::Portable)
    }

    /// All levels of this processor, slowest first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::portable()];
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let has_avx512 = has_avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw");
            let has_vnni = has_avx512 && is_x86_feature_detected!("avx512vnni");
            let levels = [
                (has_avx2, Kind::Avx2),
                (has_avx512, Kind::Avx512),
                (has_vnni, Kind::Vnni),
            ];
            all.extend(
                levels
                    .iter()
                    .filter(|(has, _)| *has)
                    .map(|(_, kind)| Self(*kind)),
            );
        }
        all
    }

    pub(crate) fn kind(self) -> Kind {
        self.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Portable => "portable",
            Kind::Avx2 => "avx2",
            Kind::Avx512 => "avx512",
            Kind::Vnni => "avx512-vnni",
        })
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Level({self})")
    }
}

/// Compiles one body for every level: `fn NAME(level, …)` calls `BODY::<IS_FUSED>(…)`, built with
/// the instructions of that level.
///
/// The body is written once, in plain loops over whole lanes, and must be `#[inline(always)]`: only
/// then is it compiled with the instructions of the function that it is in. With `IS_FUSED` a
/// product and a sum are one instruction.
macro_rules! for_every_level {
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) = $body:ident) => {
        $(#[$doc])*
        $visible fn $name(level: $crate::level::Level, $($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn with_avx2($($argument: $type),*) {
                    $body::<true>($($argument),*);
                }

                #[target_feature(enable = "avx2,fma,avx512f,avx512bw")]
                fn with_avx512($($argument: $type),*) {
                    $body::<true>($($argument),*);
                }

                #[expect(unsafe_code, reason = "calls what the processor was asked for")]
                match level.kind() {
                    $crate::level::Kind::Portable => {}
                    // SAFETY: this kind of level is only made where the processor has AVX2 and FMA.
                    $crate::level::Kind::Avx2 => return unsafe { with_avx2($($argument),*) },
                    $crate::level::Kind::Avx512 | $crate::level::Kind::Vnni => {
                        // SAFETY: these kinds are only made where it has AVX-512 F and BW as well.
                        return unsafe { with_avx512($($argument),*) };
                    }
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = level;
            $body::<{ $crate::arithmetic::IS_FUSED_ANYWAY }>($($argument),*);
        }
    };
}

pub(crate) use for_every_level;
