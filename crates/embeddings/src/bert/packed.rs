//! From a safetensors file into the kernels.

use encoder_kernels::{Encoder, Error, Level, Precision, Shape, Tensor};
use safetensors::{Dtype, SafeTensors};

use super::config::Config;
use crate::Pooling;

/// Packs the weights in the bytes of a safetensors file.
///
/// Each tensor is decoded when it is asked for and dropped when it is packed, so that hardly more
/// than file and packed weights are held at once.
pub(super) fn pack(
    safetensors: &[u8],
    config: &Config,
    pooling: Pooling,
    precision: Precision,
) -> Result<Encoder, Error> {
    let file = SafeTensors::deserialize(safetensors).map_err(|source| Error::Tensor {
        name: "of any name".to_owned(),
        source: source.into(),
    })?;
    let mut read = |name: &str, _: &[usize]| {
        // Checkpoints of a larger model have the encoder under a name of its own.
        let tensor = file.tensor(name).or_else(|error| {
            let inside = file.tensor(&format!("bert.{name}"));
            inside.map_err(|_| error)
        })?;
        if tensor.dtype() != Dtype::F32 {
            let other = format!("it is stored as {:?}, not F32", tensor.dtype());
            return Err(other.into());
        }
        let values = tensor.data().as_chunks().0.iter();
        Ok(Tensor {
            dimensions: tensor.shape().to_vec(),
            values: values.map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        })
    };
    let pooling = match pooling {
        Pooling::Mean => encoder_kernels::Pooling::Mean,
        Pooling::FirstToken => encoder_kernels::Pooling::FirstToken,
    };
    Encoder::pack(shape(config), pooling, precision, Level::best(), &mut read)
}

fn shape(config: &Config) -> Shape {
    Shape {
        vocabulary: config.vocab_size,
        positions: config.max_position_embeddings,
        hidden: config.hidden_size,
        heads: config.num_attention_heads,
        layers: config.num_hidden_layers,
        intermediate: config.intermediate_size,
        epsilon: config.layer_norm_eps,
    }
}
