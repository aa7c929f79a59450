//! The bytes of a model, as they are shipped.
//!
//! Little-endian: the mark `GKLM`, a version, the counts of outputs, named features and numbers of
//! vectors; for each output its name and figures; the ids; the weights.

use super::{Classifier, Output};

const MARK: &[u8; 4] = b"GKLM";
const VERSION: u32 = 1;

/// Says that bytes are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no linear model of this version")]
pub struct MalformedModel;

impl Classifier {
    /// Writes the model.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        out.extend(VERSION.to_le_bytes());
        for n in [self.outputs.len(), self.ids.len(), self.dense_len] {
            out.extend(count(n));
        }
        for output in &self.outputs {
            out.extend(count(output.name.len()));
            out.extend(output.name.as_bytes());
            for figure in [
                output.bias,
                output.threshold,
                output.named_scale,
                output.dense_scale,
            ] {
                out.extend(figure.to_le_bytes());
            }
            out.extend(output.counted.to_le_bytes());
            out.extend(output.right.to_le_bytes());
        }
        out.extend(self.ids.iter().flat_map(|id| id.to_le_bytes()));
        out.extend(
            self.named
                .iter()
                .chain(&self.dense)
                .flat_map(|w| w.to_le_bytes()),
        );
        out
    }

    /// Reads a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MalformedModel> {
        let mut reader = Reader { rest: bytes };
        if reader.take(MARK.len())? != MARK || reader.number()? != VERSION {
            return Err(MalformedModel);
        }
        let (count, known, dense_len) = (reader.count()?, reader.count()?, reader.count()?);
        let outputs = (0..count)
            .map(|_| reader.output())
            .collect::<Result<Vec<_>, _>>()?;
        let ids = (0..known)
            .map(|_| reader.number())
            .collect::<Result<Vec<_>, _>>()?;
        let sorted = ids
            .iter()
            .zip(ids.iter().skip(1))
            .all(|(one, next)| one < next);
        let named = reader.weights(known.checked_mul(count).ok_or(MalformedModel)?)?;
        let dense = reader.weights(dense_len.checked_mul(count).ok_or(MalformedModel)?)?;
        if !sorted || !reader.rest.is_empty() {
            return Err(MalformedModel);
        }
        Ok(Self {
            outputs,
            ids,
            named,
            dense,
            dense_len,
        })
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], MalformedModel> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(MalformedModel)?;
        self.rest = rest;
        Ok(taken)
    }

    fn four(&mut self) -> Result<[u8; 4], MalformedModel> {
        self.take(4)?.try_into().map_err(|_| MalformedModel)
    }

    fn number(&mut self) -> Result<u32, MalformedModel> {
        Ok(u32::from_le_bytes(self.four()?))
    }

    fn figure(&mut self) -> Result<f32, MalformedModel> {
        Ok(f32::from_le_bytes(self.four()?))
    }

    fn count(&mut self) -> Result<usize, MalformedModel> {
        usize::try_from(self.number()?).map_err(|_| MalformedModel)
    }

    fn weights(&mut self, count: usize) -> Result<Vec<i8>, MalformedModel> {
        let bytes = self.take(count)?;
        Ok(bytes
            .iter()
            .map(|&byte| i8::from_le_bytes([byte]))
            .collect())
    }

    fn output(&mut self) -> Result<Output, MalformedModel> {
        let length = self.count()?;
        let name = self.take(length)?.to_vec();
        Ok(Output {
            name: String::from_utf8(name).map_err(|_| MalformedModel)?,
            bias: self.figure()?,
            threshold: self.figure()?,
            named_scale: self.figure()?,
            dense_scale: self.figure()?,
            counted: self.number()?,
            right: self.number()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Classifier {
        let outputs = vec![Output::new("question", -1.0), Output::new("pain", 2.0)];
        let dense = [vec![0.5, -0.5], vec![1.0, 0.25]];
        Classifier::new(
            outputs,
            vec![3, 9],
            &[vec![1.0, 2.0], vec![0.0, -2.0]],
            &dense,
        )
    }

    #[test]
    fn a_model_comes_back_from_its_bytes() {
        let bytes = model().to_bytes();
        assert_eq!(Classifier::from_bytes(&bytes), Ok(model()));
    }

    #[test]
    fn bytes_that_are_no_model_are_refused() {
        let bytes = model().to_bytes();
        for cut in 0..bytes.len() {
            assert_eq!(
                Classifier::from_bytes(&bytes[..cut]),
                Err(MalformedModel),
                "{cut}"
            );
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Classifier::from_bytes(&longer), Err(MalformedModel));
        let mut huge = bytes;
        huge[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Classifier::from_bytes(&huge), Err(MalformedModel));
    }
}
