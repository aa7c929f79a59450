//! Deals: from a file, for people, and for what is worked out from them.

mod csv_file;
mod importing;
mod linking;
mod links;
mod loading;
mod pipeline;
mod risk;
mod shown;

pub use importing::DealsImport;
pub use shown::{DealsRequest, Standing};
