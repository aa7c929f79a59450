//! Tensors by name, checked by their dimensions.

use crate::{Error, norm::Norm};

/// A tensor as it is stored.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "dimensions and values are all of a tensor"
)]
pub struct Tensor {
    /// Its dimensions, outermost first.
    pub dimensions: Vec<usize>,
    /// Its values, the last dimension innermost.
    pub values: Vec<f32>,
}

/// Reads a tensor by its name in a BERT checkpoint; the dimensions are those that it must have.
pub type Read<'a> =
    dyn FnMut(&str, &[usize]) -> Result<Tensor, Box<dyn std::error::Error + Send + Sync>> + 'a;

/// Reads tensors and refuses those of other dimensions.
pub(crate) struct Source<'a, 'b> {
    pub(crate) read: &'a mut Read<'b>,
}

impl Source<'_, '_> {
    pub(crate) fn values(&mut self, name: &str, dimensions: &[usize]) -> Result<Vec<f32>, Error> {
        let tensor = (self.read)(name, dimensions).map_err(|source| Error::Tensor {
            name: name.to_owned(),
            source,
        })?;
        let count: usize = dimensions.iter().product();
        if tensor.dimensions != dimensions || tensor.values.len() != count {
            return Err(Error::Dimensions {
                name: name.to_owned(),
                expected: dimensions.to_vec(),
                found: tensor.dimensions,
            });
        }
        Ok(tensor.values)
    }

    /// The weights of a linear layer as (out, in), and its bias.
    pub(crate) fn linear(
        &mut self,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let weights = self.values(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = self.values(&format!("{name}.bias"), &[outputs])?;
        Ok((weights, bias))
    }

    pub(crate) fn norm(&mut self, name: &str, width: usize, epsilon: f32) -> Result<Norm, Error> {
        Ok(Norm {
            scale: self.values(&format!("{name}.weight"), &[width])?,
            shift: self.values(&format!("{name}.bias"), &[width])?,
            epsilon,
        })
    }
}
