//! Small linear models: hashed features and vectors in, one number per output out.

mod file;
mod scores;

pub use file::MalformedModel;
pub use scores::{Classifier, Output, sigmoid};
