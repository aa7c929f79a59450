//! The forward pass by candle: for shapes that the kernels do not compute, for graphics cards, and
//! as what the kernels are compared with.
//!
//! It is written with candle's own operations only and text by text, so that nothing of it is
//! shared with what it judges.

use std::collections::HashMap;

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use super::config::Config;
use crate::{Error, Pooling};

/// The weights of a BERT encoder as candle's tensors.
pub(super) struct Candle {
    words: Tensor,
    places: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    pooling: Pooling,
    device: Device,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    wide: Linear,
    narrow: Linear,
    narrow_norm: Norm,
}

struct Linear {
    weight: Tensor,
    bias: Tensor,
}

struct Norm {
    scale: Tensor,
    shift: Tensor,
    epsilon: f32,
}

impl Candle {
    /// Reads the weights from the bytes of a safetensors file, onto a graphics card if the build
    /// has one and it is there.
    pub(super) fn read(
        safetensors: &[u8],
        config: &Config,
        pooling: Pooling,
    ) -> std::result::Result<Self, Error> {
        Self::laid_out(safetensors, config, pooling).map_err(|source| Error::Model {
            part: "model.safetensors",
            source: source.into(),
        })
    }

    fn laid_out(safetensors: &[u8], config: &Config, pooling: Pooling) -> Result<Self> {
        let device = device();
        let weights = Weights {
            tensors: candle_core::safetensors::load_buffer(safetensors, &device)?,
            epsilon: config.layer_norm_eps,
        };
        // Every text is of the first token type.
        let token_type = weights
            .get("embeddings.token_type_embeddings.weight")?
            .get(0)?;
        let places = weights.get("embeddings.position_embeddings.weight")?;
        let layers = (0..config.num_hidden_layers)
            .map(|at| Layer::read(&weights, &format!("encoder.layer.{at}")));
        Ok(Self {
            words: weights.get("embeddings.word_embeddings.weight")?,
            places: places.broadcast_add(&token_type)?,
            norm: weights.norm("embeddings.LayerNorm")?,
            layers: layers.collect::<Result<_>>()?,
            heads: config.num_attention_heads,
            pooling,
            device,
        })
    }

    /// Where it computes.
    pub(super) fn device(&self) -> &'static str {
        match self.device {
            Device::Cpu => "cpu",
            Device::Cuda(_) => "cuda",
            Device::Metal(_) => "metal",
        }
    }

    /// The pooled vector of each text. No text may be without a token.
    pub(super) fn pooled(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>> {
        texts.iter().map(|text| self.pooled_alone(text)).collect()
    }

    fn pooled_alone(&self, text: &[u32]) -> Result<Vec<f32>> {
        let ids = Tensor::from_slice(text, text.len(), &self.device)?;
        let words = self.words.index_select(&ids, 0)?;
        let mut rows = self
            .norm
            .of(&(words + self.places.narrow(0, 0, text.len())?)?)?;
        for layer in &self.layers {
            rows = layer.forward(&rows, self.heads)?;
        }
        let pooled = match self.pooling {
            Pooling::Mean => rows.mean(0)?,
            Pooling::FirstToken => rows.get(0)?,
        };
        pooled.to_vec1()
    }
}

/// The graphics card that the build is for, or the CPU.
fn device() -> Device {
    #[cfg(feature = "cuda")]
    if let Ok(device) = Device::new_cuda(0) {
        return device;
    }
    #[cfg(feature = "metal")]
    if let Ok(device) = Device::new_metal(0) {
        return device;
    }
    Device::Cpu
}

impl Layer {
    fn read(weights: &Weights, name: &str) -> Result<Self> {
        let linear = |part: &str| weights.linear(&format!("{name}.{part}"));
        let norm = |part: &str| weights.norm(&format!("{name}.{part}.LayerNorm"));
        Ok(Self {
            query: linear("attention.self.query")?,
            key: linear("attention.self.key")?,
            value: linear("attention.self.value")?,
            attended: linear("attention.output.dense")?,
            attended_norm: norm("attention.output")?,
            wide: linear("intermediate.dense")?,
            narrow: linear("output.dense")?,
            narrow_norm: norm("output")?,
        })
    }

    fn forward(&self, rows: &Tensor, heads: usize) -> Result<Tensor> {
        let attended = self.attended.of(&self.attention(rows, heads)?)?;
        let rows = self.attended_norm.of(&(attended + rows)?)?;
        let narrow = self.narrow.of(&self.wide.of(&rows)?.gelu_erf()?)?;
        self.narrow_norm.of(&(narrow + rows)?)
    }

    fn attention(&self, rows: &Tensor, heads: usize) -> Result<Tensor> {
        let (tokens, hidden) = rows.dims2()?;
        let length = hidden / heads;
        let of_heads = |linear: &Linear| {
            let rows = linear.of(rows)?.reshape((tokens, heads, length))?;
            rows.transpose(0, 1)?.contiguous()
        };
        let (query, key, value) = (
            of_heads(&self.query)?,
            of_heads(&self.key)?,
            of_heads(&self.value)?,
        );
        let scores = query.matmul(&key.transpose(D::Minus2, D::Minus1)?.contiguous()?)?;
        let weights = softmax_last_dim(&(scores / (length as f64).sqrt())?)?;
        let taken = weights.matmul(&value)?.transpose(0, 1)?.contiguous()?;
        taken.reshape((tokens, hidden))
    }
}

impl Linear {
    fn of(&self, rows: &Tensor) -> Result<Tensor> {
        rows.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

impl Norm {
    fn of(&self, rows: &Tensor) -> Result<Tensor> {
        layer_norm(&rows.contiguous()?, &self.scale, &self.shift, self.epsilon)
    }
}

/// The tensors of the file by name.
struct Weights {
    tensors: HashMap<String, Tensor>,
    epsilon: f32,
}

impl Weights {
    fn get(&self, name: &str) -> Result<Tensor> {
        let found = self.tensors.get(name);
        let found = found.or_else(|| self.tensors.get(&format!("bert.{name}")));
        let found = found.ok_or_else(|| candle_core::Error::Msg(format!("no tensor {name}")))?;
        found.to_dtype(DType::F32)
    }

    /// Stored as (out, in); laid out as (in, out) once, here.
    fn linear(&self, name: &str) -> Result<Linear> {
        Ok(Linear {
            weight: self.get(&format!("{name}.weight"))?.t()?.contiguous()?,
            bias: self.get(&format!("{name}.bias"))?,
        })
    }

    fn norm(&self, name: &str) -> Result<Norm> {
        Ok(Norm {
            scale: self.get(&format!("{name}.weight"))?,
            shift: self.get(&format!("{name}.bias"))?,
            epsilon: self.epsilon,
        })
    }
}
