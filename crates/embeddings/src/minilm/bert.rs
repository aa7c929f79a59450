//! The forward pass: token ids in, one mean vector per text out.
//!
//! Nothing is padded. The tokens of a group's texts lie end to end as the rows of one matrix, on
//! which the linear layers run; only attention looks at texts one by one (those of equal length
//! side by side). So no mask is needed, no work is done in vain, and a text's vector cannot depend
//! on its company.

use std::collections::HashMap;

use candle_core::{D, Device, Result, Tensor};
use candle_nn::ops::softmax_last_dim;

use super::{
    config::Config,
    gelu::BiasGelu,
    sums::{AddAndNormalise, AddBias},
};
use crate::Error;

/// The weights of a BERT encoder, laid out for this pass.
pub(super) struct Bert {
    words: Tensor,
    places: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
}

struct Layer {
    /// Query, key and value as one product; the query already divided by the root of its length.
    query_key_value: Linear,
    attended: Tensor,
    attended_norm: Norm,
    wide: Linear,
    narrow: Tensor,
    narrow_norm: Norm,
}

struct Linear {
    weight: Tensor,
    bias: Tensor,
}

/// The end of a step: the bias of its product, the residual and the normalisation.
struct Norm {
    /// Bias, scale and shift as rows.
    parameters: Tensor,
    step: AddAndNormalise,
}

impl Bert {
    /// Reads the weights from the bytes of a safetensors file.
    pub(super) fn read(safetensors: &[u8], config: &Config) -> std::result::Result<Self, Error> {
        Self::laid_out(safetensors, config).map_err(|source| Error::Model {
            part: "model.safetensors",
            source: source.into(),
        })
    }

    fn laid_out(safetensors: &[u8], config: &Config) -> Result<Self> {
        let tensors = candle_core::safetensors::load_buffer(safetensors, &Device::Cpu)?;
        let weights = Weights {
            tensors,
            epsilon: config.layer_norm_eps,
        };

        // Every text is of the first token type: its row is added to all tokens like a bias.
        let token_type = weights
            .get("embeddings.token_type_embeddings.weight")?
            .get(0)?;
        let head_length = config.hidden_size / config.num_attention_heads;
        let layers = (0..config.num_hidden_layers)
            .map(|at| Layer::read(&weights, &format!("encoder.layer.{at}"), head_length));
        Ok(Self {
            words: weights.get("embeddings.word_embeddings.weight")?,
            places: weights.get("embeddings.position_embeddings.weight")?,
            norm: weights.norm(&token_type, "embeddings.LayerNorm")?,
            layers: layers.collect::<Result<_>>()?,
            heads: config.num_attention_heads,
        })
    }

    /// The mean of each text's token vectors. No text may be without a token.
    pub(super) fn means(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>> {
        let lengths: Vec<usize> = texts.iter().map(Vec::len).collect();
        let runs = runs_of_equal_length(&lengths);

        let mut rows = self.embedded(texts)?;
        for layer in &self.layers {
            rows = layer.forward(&rows, &runs, self.heads)?;
        }

        let mut start = 0;
        let means = lengths.iter().map(|&length| {
            let mean = rows.narrow(0, start, length)?.mean(0)?;
            start += length;
            mean.to_vec1()
        });
        means.collect()
    }

    fn embedded(&self, texts: &[Vec<u32>]) -> Result<Tensor> {
        let ids: Vec<u32> = texts.concat();
        let places: Vec<u32> = texts
            .iter()
            .flat_map(|text| (0..).take(text.len()))
            .collect();
        let count = ids.len();

        let words = self
            .words
            .index_select(&Tensor::from_vec(ids, count, &Device::Cpu)?, 0)?;
        let places = self
            .places
            .index_select(&Tensor::from_vec(places, count, &Device::Cpu)?, 0)?;
        self.norm.of(words, &places)
    }
}

impl Layer {
    fn read(weights: &Weights, name: &str, head_length: usize) -> Result<Self> {
        let query = weights.linear(&format!("{name}.attention.self.query"))?;
        let query = query.scaled(1.0 / (head_length as f64).sqrt())?;
        let key = weights.linear(&format!("{name}.attention.self.key"))?;
        let value = weights.linear(&format!("{name}.attention.self.value"))?;
        let attended = weights.linear(&format!("{name}.attention.output.dense"))?;
        let narrow = weights.linear(&format!("{name}.output.dense"))?;
        Ok(Self {
            query_key_value: Linear::side_by_side(&[query, key, value])?,
            attended_norm: weights.norm(
                &attended.bias,
                &format!("{name}.attention.output.LayerNorm"),
            )?,
            attended: attended.weight,
            wide: weights.linear(&format!("{name}.intermediate.dense"))?,
            narrow_norm: weights.norm(&narrow.bias, &format!("{name}.output.LayerNorm"))?,
            narrow: narrow.weight,
        })
    }

    fn forward(&self, rows: &Tensor, runs: &[Run], heads: usize) -> Result<Tensor> {
        let query_key_value = rows.matmul(&self.query_key_value.weight)?;
        query_key_value.inplace_op2(&self.query_key_value.bias, &AddBias)?;
        let attended = attention(&query_key_value, runs, heads)?;
        let rows = self
            .attended_norm
            .of(attended.matmul(&self.attended)?, rows)?;

        let wide = rows.matmul(&self.wide.weight)?;
        wide.inplace_op2(&self.wide.bias, &BiasGelu)?;
        self.narrow_norm.of(wide.matmul(&self.narrow)?, &rows)
    }
}

/// Each text's tokens look at each other, a head at a time.
fn attention(query_key_value: &Tensor, runs: &[Run], heads: usize) -> Result<Tensor> {
    let (_, triple) = query_key_value.dims2()?;
    let head_length = triple / 3 / heads;

    let attended = runs.iter().map(|run| {
        let Run {
            start,
            texts,
            length,
        } = *run;
        let parts = query_key_value
            .narrow(0, start, texts * length)?
            .reshape((texts, length, 3, heads, head_length))?
            .permute((2, 0, 3, 1, 4))?
            .contiguous()?
            .reshape((3, texts * heads, length, head_length))?;
        let (query, key, value) = (parts.get(0)?, parts.get(1)?, parts.get(2)?);

        let weights = softmax_last_dim(&query.matmul(&key.transpose(D::Minus2, D::Minus1)?)?)?;
        weights
            .matmul(&value)?
            .reshape((texts, heads, length, head_length))?
            .transpose(1, 2)?
            .reshape((texts * length, heads * head_length))
    });
    Tensor::cat(&attended.collect::<Result<Vec<_>>>()?, 0)
}

/// Neighbouring texts of equal length, whose attention is computed at once.
///
/// One product for all of them is not only less overhead: candle's CPU matmul looks up the number
/// of cores in `/proc/cpuinfo` each time it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    start: usize,
    texts: usize,
    length: usize,
}

fn runs_of_equal_length(lengths: &[usize]) -> Vec<Run> {
    let mut start = 0;
    let runs = lengths.chunk_by(|this, next| this == next).map(|equal| {
        let length = equal.first().copied().expect("a chunk is never empty");
        let run = Run {
            start,
            texts: equal.len(),
            length,
        };
        start += run.texts * length;
        run
    });
    runs.collect()
}

impl Linear {
    fn scaled(&self, factor: f64) -> Result<Self> {
        Ok(Self {
            weight: (&self.weight * factor)?,
            bias: (&self.bias * factor)?,
        })
    }

    fn side_by_side(parts: &[Self]) -> Result<Self> {
        let weights: Vec<&Tensor> = parts.iter().map(|part| &part.weight).collect();
        let biases: Vec<&Tensor> = parts.iter().map(|part| &part.bias).collect();
        Ok(Self {
            weight: Tensor::cat(&weights, 1)?.contiguous()?,
            bias: Tensor::cat(&biases, 0)?,
        })
    }
}

impl Norm {
    /// Takes a product that nobody else holds, and changes it in place.
    fn of(&self, product: Tensor, residual: &Tensor) -> Result<Tensor> {
        product.inplace_op3(residual, &self.parameters, &self.step)?;
        Ok(product)
    }
}

/// The tensors of the file by name.
struct Weights {
    tensors: HashMap<String, Tensor>,
    epsilon: f32,
}

impl Weights {
    fn get(&self, name: &str) -> Result<Tensor> {
        let found = self.tensors.get(name).cloned();
        found.ok_or_else(|| candle_core::Error::Msg(format!("no tensor {name}")))
    }

    /// Stored as (out, in); laid out as (in, out) once, here.
    fn linear(&self, name: &str) -> Result<Linear> {
        Ok(Linear {
            weight: self.get(&format!("{name}.weight"))?.t()?.contiguous()?,
            bias: self.get(&format!("{name}.bias"))?,
        })
    }

    fn norm(&self, bias: &Tensor, name: &str) -> Result<Norm> {
        let scale = self.get(&format!("{name}.weight"))?;
        let shift = self.get(&format!("{name}.bias"))?;
        Ok(Norm {
            parameters: Tensor::stack(&[bias, &scale, &shift], 0)?,
            step: AddAndNormalise {
                epsilon: self.epsilon,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_the_rows_of_all_texts_in_order() {
        let runs = runs_of_equal_length(&[5, 5, 3, 2, 2, 2]);

        let run = |start, texts, length| Run {
            start,
            texts,
            length,
        };
        assert_eq!(runs, [run(0, 2, 5), run(10, 1, 3), run(13, 3, 2)]);
    }
}
