//! A BERT encoder for one core: packed, fused, and exact to the last digits that matter.
//!
//! Indexing a year of calls is bound by one thing: the matrix products of a small language model.
//! This crate computes them close to what the processor can do, and is short enough to be read.
//! It knows nothing of texts, files or threads: token ids go in, one vector per text comes out.
//!
//! How it is fast, from the outside in:
//!
//! - **Nothing is padded.** The tokens of several texts lie end to end as the rows of one matrix.
//!   Linear layers run over all rows; attention looks at texts one by one.
//! - **Weights are packed once** into panels of 16 columns, in the order in which a product reads
//!   them. A tile of the product stays in registers until it is finished.
//! - **Steps are fused**: query, key and value are one product; the root of the head's length is
//!   folded into the query's weights, the token type into the places, biases into the products,
//!   GELU and LayerNorm follow while the rows are still near.
//! - **[`Precision::Near`] multiplies 16-bit integers**, with a scale for each token and for each
//!   output. Sums cannot overflow by construction, and the vectors keep five nines of cosine.
//! - **The processor is asked once** what it can do ([`Level`]), so a plain build runs everywhere.
//!
//! Threads are the caller's: an [`Encoder`] is shared, each thread brings its own [`Scratch`]. The
//! vector of a text is the same bit for bit alone and in any company, because no sum depends on
//! the rows beside it.
//!
//! Indexing is used freely in the kernels: what is out of bounds stops instead of reading foreign
//! memory, and `unsafe` is left to loads, stores and calls into what the processor was asked for.
//!
//! ```
//! use encoder_kernels::{Encoder, Level, Pooling, Precision, Scratch, Shape, Tensor};
//!
//! # fn main() -> Result<(), encoder_kernels::Error> {
//! let shape = Shape {
//!     vocabulary: 100, positions: 8, hidden: 32, heads: 2, layers: 1, intermediate: 64,
//!     epsilon: 1e-12,
//! };
//! // A model of which all weights are alike says the same of every text.
//! let read = |_: &str, dimensions: &[usize]| Tensor {
//!     dimensions: dimensions.to_vec(),
//!     values: vec![0.01; dimensions.iter().product()],
//! };
//! let mut read = |name: &str, dimensions: &[usize]| Ok(read(name, dimensions));
//! let encoder = Encoder::pack(shape, Pooling::Mean, Precision::Near, Level::best(), &mut read)?;
//!
//! let vectors = encoder.encode(&[&[1, 2, 3], &[4]], &mut Scratch::default())?;
//!
//! assert_eq!((vectors.len(), vectors[0].len()), (2, 32));
//! # Ok(())
//! # }
//! ```

mod encoder;
mod layer;
mod shape;
mod weights;

mod attention;
mod gelu;
mod gemm;
mod norm;
mod pooling;
mod quantise;
mod softmax;

mod arithmetic;
mod error;
mod level;
mod packing;
mod rows;
mod scratch;

#[cfg(test)]
mod testing;

pub use encoder::Encoder;
pub use error::Error;
pub use level::Level;
pub use pooling::Pooling;
pub use scratch::Scratch;
pub use shape::{Precision, Shape};
pub use weights::{Read, Tensor};
