//! The whole encoder: token ids in, one vector per text out.

use std::fmt;

use crate::{
    Error, Level, Pooling, Precision, Read, Scratch, Shape,
    layer::Layer,
    norm::{Norm, add_and_normalise},
    weights::Source,
};

/// A BERT encoder, its weights packed for these kernels.
///
/// It is shared between threads; each brings its own [`Scratch`].
pub struct Encoder {
    shape: Shape,
    pooling: Pooling,
    level: Level,
    words: Vec<f32>,
    /// The places, with the first token type in them: every text is of that type.
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

impl Encoder {
    /// Reads the weights of a model and packs them.
    ///
    /// `read` is asked for each tensor once, by the name that it has in a BERT checkpoint
    /// (`embeddings.word_embeddings.weight`) and with the dimensions that it must have. No more
    /// than a few tensors are held beside what is packed.
    pub fn pack(
        shape: Shape,
        pooling: Pooling,
        precision: Precision,
        level: Level,
        read: &mut Read<'_>,
    ) -> Result<Self, Error> {
        shape.check()?;
        let Shape {
            vocabulary,
            positions,
            hidden,
            epsilon,
            ..
        } = shape;
        let mut source = Source { read };

        let mut places = source.values(
            "embeddings.position_embeddings.weight",
            &[positions, hidden],
        )?;
        // A model has one token type or two; the first is the first.
        let types = "embeddings.token_type_embeddings.weight";
        let token_type = source
            .values(types, &[2, hidden])
            .or_else(|_| source.values(types, &[1, hidden]))?;
        for place in places.chunks_exact_mut(hidden) {
            for (value, of_type) in place.iter_mut().zip(&token_type) {
                *value += of_type;
            }
        }
        let layers = (0..shape.layers).map(|at| {
            Layer::pack(
                &mut source,
                &format!("encoder.layer.{at}"),
                &shape,
                precision,
                level,
            )
        });
        Ok(Self {
            layers: layers.collect::<Result<_, _>>()?,
            norm: source.norm("embeddings.LayerNorm", hidden, epsilon)?,
            words: source.values("embeddings.word_embeddings.weight", &[vocabulary, hidden])?,
            places,
            shape,
            pooling,
            level,
        })
    }

    /// The sizes of the model.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The instructions that are used.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Computes the vector of each text, in order; not normalised.
    ///
    /// The texts are computed as one group: 512 tokens or so are enough for full speed, and stay
    /// in a core's cache.
    pub fn encode(&self, texts: &[&[u32]], scratch: &mut Scratch) -> Result<Vec<Vec<f32>>, Error> {
        texts.iter().try_for_each(|text| self.check(text))?;
        let tokens: usize = texts.iter().map(|text| text.len()).sum();
        let hidden = self.shape.hidden;
        scratch.grow(tokens, &self.shape);

        self.embed(texts, scratch);
        for layer in &self.layers {
            layer.forward(self.level, &self.shape, texts, scratch);
        }

        let mut rows = &scratch.hidden[..];
        let pooled = texts.iter().map(|text| {
            let (of_text, rest) = rows.split_at(text.len() * hidden);
            rows = rest;
            self.pooling.pooled(self.level, of_text, hidden)
        });
        Ok(pooled.collect())
    }

    fn check(&self, text: &[u32]) -> Result<(), Error> {
        let Shape {
            vocabulary,
            positions,
            ..
        } = self.shape;
        if text.is_empty() {
            return Err(Error::NoToken);
        }
        if text.len() > positions {
            return Err(Error::TooLong {
                tokens: text.len(),
                places: positions,
            });
        }
        let unknown = text.iter().find(|id| **id as usize >= vocabulary);
        unknown.map_or(Ok(()), |&id| Err(Error::UnknownToken { id, vocabulary }))
    }

    /// The vectors of the tokens before the first layer.
    fn embed(&self, texts: &[&[u32]], scratch: &mut Scratch) {
        let hidden = self.shape.hidden;
        let mut rows = scratch.hidden.chunks_exact_mut(hidden);
        for text in texts {
            let places = self.places.chunks_exact(hidden);
            for ((id, place), row) in text.iter().zip(places).zip(&mut rows) {
                row.copy_from_slice(&self.words[*id as usize * hidden..][..hidden]);
                add_and_normalise(self.level, row, place, &self.norm);
            }
        }
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder")
            .field("shape", &self.shape)
            .field("pooling", &self.pooling)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
