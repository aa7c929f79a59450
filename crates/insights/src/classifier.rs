//! Small linear models: hashed features and vectors in, one number per output out.

mod file;
mod mixing;
mod scores;

pub use file::MalformedModel;
pub use mixing::mixed;
pub use scores::{Classifier, Output, sigmoid};
