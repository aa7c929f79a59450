//! What computes a group of texts: the kernels, or candle.

use std::fmt;

use encoder_kernels::{Encoder, Level, Precision, Scratch};

use super::{Engine, candle::Candle, folder::Folder, packed};
use crate::{Error, Vector};

/// The weights, in the form of whatever computes with them.
pub(super) enum Work {
    Kernels(Encoder, Precision),
    Candle(Candle),
}

impl Work {
    /// Loads the weights from the bytes of a safetensors file.
    pub(super) fn load(
        weights: &[u8],
        folder: &Folder,
        engine: Engine,
        precision: Precision,
    ) -> Result<Self, Error> {
        let (config, pooling) = (&folder.config, folder.model.pooling());
        if engine == Engine::Kernels {
            match packed::pack(weights, config, pooling, precision) {
                Ok(encoder) => return Ok(Self::Kernels(encoder, precision)),
                // Not theirs: candle computes any.
                Err(encoder_kernels::Error::Shape { .. }) => {}
                Err(source) => {
                    return Err(Error::Model {
                        part: "model.safetensors",
                        source: source.into(),
                    });
                }
            }
        }
        Candle::read(weights, config, pooling).map(Self::Candle)
    }

    /// One unit vector per text, in order. No text may be without a token.
    pub(super) fn vectors(
        &self,
        group: &[Vec<u32>],
        scratch: &mut Scratch,
    ) -> Result<Vec<Vector>, Error> {
        let failed = |source| Error::Model {
            part: "forward pass",
            source,
        };
        let pooled = match self {
            Self::Kernels(encoder, _) => {
                let texts: Vec<&[u32]> = group.iter().map(Vec::as_slice).collect();
                let pooled = encoder.encode(&texts, scratch);
                pooled.map_err(|source| failed(source.into()))?
            }
            Self::Candle(candle) => {
                let pooled = candle.pooled(group);
                pooled.map_err(|source| failed(source.into()))?
            }
        };
        pooled.into_iter().map(Vector::normalised).collect()
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernels(encoder, precision) => {
                let precision = match precision {
                    Precision::Near if encoder.level() != Level::portable() => "i16",
                    _ => "f32",
                };
                write!(f, "kernels {} {precision}", encoder.level())
            }
            Self::Candle(candle) => write!(f, "candle {}", candle.device()),
        }
    }
}
