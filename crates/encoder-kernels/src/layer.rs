//! One layer of the encoder: attention, then two linear layers with GELU between them.

use crate::{
    Error, Level, Precision, Scratch, Shape,
    attention::attend,
    gemm::{NearRows, Then, exact, near},
    norm::{Norm, add_and_normalise},
    packing::{ExactWeights, NearWeights},
    quantise::quantise,
    rows::{Rows, RowsMut},
    scratch::{BLOCK, Integers},
    weights::Source,
};

/// The packed weights of a layer.
pub(crate) struct Layer {
    /// Query, key and value as one product; the query already divided by the root of its length.
    query_key_value: Linear,
    attended: Linear,
    attended_norm: Norm,
    wide: Linear,
    narrow: Linear,
    narrow_norm: Norm,
}

/// A linear layer in the precision of the model.
enum Linear {
    Exact(ExactWeights),
    Near(NearWeights),
}

impl Layer {
    pub(crate) fn pack(
        source: &mut Source<'_, '_>,
        name: &str,
        shape: &Shape,
        precision: Precision,
        level: Level,
    ) -> Result<Self, Error> {
        let Shape {
            hidden,
            intermediate,
            epsilon,
            ..
        } = *shape;
        let root = (shape.head_length() as f32).sqrt();
        let (mut weights, mut bias) =
            source.linear(&format!("{name}.attention.self.query"), hidden, hidden)?;
        for value in weights.iter_mut().chain(&mut bias) {
            *value /= root;
        }
        for part in ["key", "value"] {
            let name = format!("{name}.attention.self.{part}");
            let (more_weights, more_bias) = source.linear(&name, hidden, hidden)?;
            weights.extend(more_weights);
            bias.extend(more_bias);
        }

        let mut linear = |part: &str, outputs: usize, inputs: usize| {
            let (weights, bias) = source.linear(&format!("{name}.{part}"), outputs, inputs)?;
            Ok::<_, Error>(Linear::pack(&weights, &bias, precision, level))
        };
        let attended = linear("attention.output.dense", hidden, hidden)?;
        let wide = linear("intermediate.dense", intermediate, hidden)?;
        let narrow = linear("output.dense", hidden, intermediate)?;
        let mut norm =
            |part: &str| source.norm(&format!("{name}.{part}.LayerNorm"), hidden, epsilon);
        Ok(Self {
            query_key_value: Linear::pack(&weights, &bias, precision, level),
            attended,
            attended_norm: norm("attention.output")?,
            wide,
            narrow,
            narrow_norm: norm("output")?,
        })
    }

    /// Takes the rows of all texts through the layer, in place.
    pub(crate) fn forward(
        &self,
        level: Level,
        shape: &Shape,
        texts: &[&[u32]],
        scratch: &mut Scratch,
    ) {
        let Shape {
            hidden,
            heads,
            intermediate,
            ..
        } = *shape;
        let tokens: usize = texts.iter().map(|text| text.len()).sum();
        let Scratch {
            hidden: rows,
            query_key_value,
            taken,
            block,
            attention,
        } = scratch;
        let rows = &mut rows[..tokens * hidden];

        let triples = query_key_value.chunks_mut(BLOCK * hidden * 3);
        for (rows, triples) in rows.chunks(BLOCK * hidden).zip(triples) {
            let product = &self.query_key_value;
            product.of(
                level,
                rows,
                hidden,
                &mut block.integers,
                triples,
                hidden * 3,
                Then::Nothing,
            );
        }

        let mut first = 0;
        for text in texts {
            let (start, end) = (first * hidden, (first + text.len()) * hidden);
            let triples = &query_key_value[start * 3..end * 3];
            attend(
                level,
                triples,
                (hidden, heads),
                &mut taken[start..end],
                attention,
            );
            first += text.len();
        }

        let taken = taken.chunks(BLOCK * hidden);
        for (rows, taken) in rows.chunks_mut(BLOCK * hidden).zip(taken) {
            let count = rows.len() / hidden;
            let narrow = &mut block.narrow[..count * hidden];
            let wide = &mut block.wide[..count * intermediate];
            let integers = &mut block.integers;
            let taken = &taken[..rows.len()];

            self.attended.of(
                level,
                taken,
                hidden,
                integers,
                narrow,
                hidden,
                Then::Nothing,
            );
            add_and_normalise(level, rows, narrow, &self.attended_norm);
            self.wide.of(
                level,
                rows,
                hidden,
                integers,
                wide,
                intermediate,
                Then::Gelu,
            );
            self.narrow.of(
                level,
                wide,
                intermediate,
                integers,
                narrow,
                hidden,
                Then::Nothing,
            );
            add_and_normalise(level, rows, narrow, &self.narrow_norm);
        }
    }
}

impl Linear {
    fn pack(weights: &[f32], bias: &[f32], precision: Precision, level: Level) -> Self {
        // Plain code gains nothing from integers: there, near enough is exact.
        let precision = if level == Level::portable() {
            Precision::Exact
        } else {
            precision
        };
        match precision {
            Precision::Exact => Self::Exact(ExactWeights::pack(weights, bias)),
            Precision::Near => Self::Near(NearWeights::pack(weights, bias)),
        }
    }

    /// `out = rows · weights + bias`, both lying end to end.
    #[expect(
        clippy::too_many_arguments,
        reason = "two matrices, their widths, and how"
    )]
    fn of(
        &self,
        level: Level,
        rows: &[f32],
        width: usize,
        integers: &mut Integers,
        out: &mut [f32],
        out_width: usize,
        then: Then,
    ) {
        let count = rows.len() / width;
        let mut out = RowsMut::whole(out, out_width);
        match self {
            Self::Exact(weights) => {
                exact(
                    level,
                    Rows::whole(rows, width),
                    weights.panels(),
                    &mut out,
                    then,
                );
            }
            Self::Near(weights) => {
                let pairs = &mut integers.pairs[..count * width / 2];
                let steps = &mut integers.steps[..count];
                quantise(level, rows, width, pairs, steps);
                let rows = NearRows {
                    pairs: Rows::whole(pairs, width / 2),
                    scale: steps,
                };
                near(level, rows, weights, &mut out, then);
            }
        }
    }
}
