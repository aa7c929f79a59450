//! Deals: from a file, for people, and for what is worked out from them.

mod activities;
mod csv_file;
mod importing;
mod linking;
mod links;
mod loading;
mod pinning;
mod pipeline;
mod reading;
mod shown;

pub use importing::DealsImport;
pub(crate) use linking::{all_links, histories};
pub(crate) use links::{MOST as MOST_DEALS, is_near};
pub(crate) use loading::DealsAndCalls;
pub use pinning::Pinning;
pub use shown::{DealsRequest, Standing};
pub(crate) use shown::{links_of, no_account};
