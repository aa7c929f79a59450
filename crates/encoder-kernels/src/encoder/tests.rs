//! The encoder as a whole, against a plain one in f64.

use super::*;
use crate::{Tensor, testing::noise};

const SHAPE: Shape = Shape {
    vocabulary: 60,
    positions: 40,
    hidden: 64,
    heads: 2,
    layers: 2,
    intermediate: 96,
    epsilon: 1e-12,
};

/// Weights of a model that nobody trained: the same for the same name.
fn tensor(name: &str, dimensions: &[usize]) -> Tensor {
    let seed = name
        .bytes()
        .fold(7_u32, |seed, byte| seed.wrapping_mul(31) ^ u32::from(byte));
    let count = dimensions.iter().product();
    let mut values = noise(count, seed);
    if name.ends_with("LayerNorm.weight") {
        for value in &mut values {
            *value = 1.0 + *value / 4.0;
        }
    } else if !name.starts_with("embeddings") {
        for value in &mut values {
            *value /= 4.0;
        }
    }
    Tensor {
        dimensions: dimensions.to_vec(),
        values,
    }
}

fn encoder(pooling: Pooling, precision: Precision, level: Level) -> Encoder {
    let mut read = |name: &str, dimensions: &[usize]| Ok(tensor(name, dimensions));
    Encoder::pack(SHAPE, pooling, precision, level, &mut read).unwrap()
}

/// BERT as it is written in its paper, a value at a time.
mod plain {
    use super::{SHAPE, tensor};

    fn values(name: &str, dimensions: &[usize]) -> Vec<f64> {
        tensor(name, dimensions)
            .values
            .into_iter()
            .map(f64::from)
            .collect()
    }

    fn linear(rows: &[Vec<f64>], name: &str, outputs: usize) -> Vec<Vec<f64>> {
        let inputs = rows[0].len();
        let weights = values(&format!("{name}.weight"), &[outputs, inputs]);
        let bias = values(&format!("{name}.bias"), &[outputs]);
        let of = |row: &Vec<f64>, output: usize| {
            let weights = &weights[output * inputs..][..inputs];
            row.iter()
                .zip(weights)
                .map(|(value, weight)| value * weight)
                .sum::<f64>()
                + bias[output]
        };
        rows.iter()
            .map(|row| (0..outputs).map(|output| of(row, output)).collect())
            .collect()
    }

    fn normalised(rows: &[Vec<f64>], added: &[Vec<f64>], name: &str) -> Vec<Vec<f64>> {
        let width = rows[0].len();
        let scale = values(&format!("{name}.LayerNorm.weight"), &[width]);
        let shift = values(&format!("{name}.LayerNorm.bias"), &[width]);
        let of = |(row, added): (&Vec<f64>, &Vec<f64>)| {
            let sums: Vec<f64> = row.iter().zip(added).map(|(a, b)| a + b).collect();
            let mean = sums.iter().sum::<f64>() / width as f64;
            let variance = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / width as f64;
            let factor = 1.0 / (variance + f64::from(SHAPE.epsilon)).sqrt();
            (0..width)
                .map(|at| (sums[at] - mean) * factor * scale[at] + shift[at])
                .collect()
        };
        rows.iter().zip(added).map(of).collect()
    }

    fn gelu(x: f64) -> f64 {
        let z = x / std::f64::consts::SQRT_2;
        let (mut term, mut erf) = (z, z);
        for n in 1..150 {
            let n = f64::from(n);
            term *= -z * z / n;
            erf += term / (2.0 * n + 1.0);
        }
        0.5 * x * (1.0 + erf * std::f64::consts::FRAC_2_SQRT_PI)
    }

    fn attention(rows: &[Vec<f64>], name: &str) -> Vec<Vec<f64>> {
        let (hidden, length) = (SHAPE.hidden, SHAPE.hidden / SHAPE.heads);
        let [query, key, value] = ["query", "key", "value"]
            .map(|part| linear(rows, &format!("{name}.self.{part}"), hidden));
        let taken = |token: usize, column: usize| {
            let head = column / length * length..(column / length + 1) * length;
            let scores = key.iter().map(|key| {
                let score: f64 = head.clone().map(|at| query[token][at] * key[at]).sum();
                (score / (length as f64).sqrt()).exp()
            });
            let scores: Vec<f64> = scores.collect();
            let whole: f64 = scores.iter().sum();
            scores
                .iter()
                .zip(&value)
                .map(|(score, value)| score / whole * value[column])
                .sum()
        };
        (0..rows.len())
            .map(|token| (0..hidden).map(|column| taken(token, column)).collect())
            .collect()
    }

    pub(super) fn token_vectors(text: &[u32]) -> Vec<Vec<f64>> {
        let hidden = SHAPE.hidden;
        let words = values(
            "embeddings.word_embeddings.weight",
            &[SHAPE.vocabulary, hidden],
        );
        let places = values(
            "embeddings.position_embeddings.weight",
            &[SHAPE.positions, hidden],
        );
        let types = values("embeddings.token_type_embeddings.weight", &[2, hidden]);
        let row = |from: &[f64], at: usize| from[at * hidden..][..hidden].to_vec();
        let words: Vec<_> = text.iter().map(|id| row(&words, *id as usize)).collect();
        let places = (0..text.len()).map(|at| {
            row(&places, at)
                .iter()
                .zip(&types)
                .map(|(place, of_type)| place + of_type)
                .collect()
        });
        let mut rows = normalised(&words, &places.collect::<Vec<_>>(), "embeddings");
        for layer in 0..SHAPE.layers {
            let name = format!("encoder.layer.{layer}");
            let taken = attention(&rows, &format!("{name}.attention"));
            let attended = linear(&taken, &format!("{name}.attention.output.dense"), hidden);
            rows = normalised(&rows, &attended, &format!("{name}.attention.output"));
            let mut wide = linear(
                &rows,
                &format!("{name}.intermediate.dense"),
                SHAPE.intermediate,
            );
            wide.iter_mut()
                .flatten()
                .for_each(|value| *value = gelu(*value));
            let narrow = linear(&wide, &format!("{name}.output.dense"), hidden);
            rows = normalised(&rows, &narrow, &format!("{name}.output"));
        }
        rows
    }
}

fn cosine(found: &[f32], expected: &[f64]) -> f64 {
    let found: Vec<f64> = found.iter().copied().map(f64::from).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(&found, expected) / (dot(&found, &found) * dot(expected, expected)).sqrt()
}

fn texts() -> Vec<Vec<u32>> {
    [1_u32, 2, 13, 40, 7, 17]
        .iter()
        .map(|&length| (0..length).map(|at| (at * 7 + length) % 60).collect())
        .collect()
}

#[test]
fn a_vector_is_that_of_the_paper_on_every_level_in_both_precisions() {
    let texts = texts();
    let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
    let tokens: Vec<Vec<Vec<f64>>> = texts
        .iter()
        .map(|text| plain::token_vectors(text))
        .collect();
    for level in Level::all() {
        for (precision, least) in [(Precision::Exact, 0.999_999_9), (Precision::Near, 0.999_99)] {
            let mean = encoder(Pooling::Mean, precision, level);
            let first = encoder(Pooling::FirstToken, precision, level);
            let mut scratch = Scratch::default();

            let means = mean.encode(&texts, &mut scratch).unwrap();
            let firsts = first.encode(&texts, &mut scratch).unwrap();

            for (at, tokens) in tokens.iter().enumerate() {
                let expected: Vec<f64> = (0..SHAPE.hidden)
                    .map(|column| tokens.iter().map(|token| token[column]).sum::<f64>())
                    .collect();
                let (mean, first) = (
                    cosine(&means[at], &expected),
                    cosine(&firsts[at], &tokens[0]),
                );
                assert!(
                    mean > least,
                    "{level} {precision:?}, text {at}: mean {mean}"
                );
                assert!(
                    first > least,
                    "{level} {precision:?}, text {at}: first {first}"
                );
            }
        }
    }
}

#[test]
fn a_text_has_the_same_vector_alone_and_in_any_company_bit_for_bit() {
    let texts = texts();
    let many: Vec<&[u32]> = texts.iter().cycle().take(40).map(Vec::as_slice).collect();
    for level in Level::all() {
        for precision in [Precision::Exact, Precision::Near] {
            let encoder = encoder(Pooling::Mean, precision, level);
            let together = encoder.encode(&many, &mut Scratch::default()).unwrap();

            let mut scratch = Scratch::default();
            for (text, together) in many.iter().zip(&together) {
                let alone = encoder.encode(&[text], &mut scratch).unwrap();
                assert_eq!(alone[0], *together, "{level} {precision:?}");
            }
        }
    }
}

#[test]
fn what_has_no_vector_is_refused() {
    let encoder = encoder(Pooling::Mean, Precision::Near, Level::best());
    let refused = |text: &[u32]| {
        encoder
            .encode(&[&[1], text], &mut Scratch::default())
            .unwrap_err()
    };

    assert!(matches!(refused(&[]), Error::NoToken));
    assert!(matches!(
        refused(&[1; 41]),
        Error::TooLong {
            tokens: 41,
            places: 40
        }
    ));
    assert!(matches!(
        refused(&[59, 60]),
        Error::UnknownToken {
            id: 60,
            vocabulary: 60
        }
    ));
    assert!(
        encoder
            .encode(&[], &mut Scratch::default())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_model_of_another_shape_is_refused_before_it_is_read() {
    let pack = |shape| {
        let mut read = |_: &str, _: &[usize]| -> Result<Tensor, _> { Err("was read".into()) };
        Encoder::pack(
            shape,
            Pooling::Mean,
            Precision::Near,
            Level::best(),
            &mut read,
        )
        .unwrap_err()
    };

    let short_heads = pack(Shape { heads: 8, ..SHAPE });
    let odd = pack(Shape {
        intermediate: 100,
        ..SHAPE
    });
    let none = pack(Shape { layers: 0, ..SHAPE });

    for refused in [short_heads, odd, none] {
        assert!(matches!(refused, Error::Shape { .. }), "{refused}");
    }
    assert!(matches!(pack(SHAPE), Error::Tensor { .. }));
}

#[test]
fn a_tensor_of_other_dimensions_is_refused_by_name() {
    let mut read = |name: &str, dimensions: &[usize]| {
        let mut tensor = tensor(name, dimensions);
        if name == "encoder.layer.1.output.dense.weight" {
            tensor.dimensions.reverse();
        }
        Ok(tensor)
    };

    let refused = Encoder::pack(
        SHAPE,
        Pooling::Mean,
        Precision::Exact,
        Level::best(),
        &mut read,
    )
    .unwrap_err();

    assert_eq!(
        refused.to_string(),
        "tensor encoder.layer.1.output.dense.weight has dimensions [96, 64], not [64, 96]"
    );
}
