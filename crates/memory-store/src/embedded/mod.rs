//! The store on disk: one process writes, any number follow.

mod columns;
mod commit;
mod compaction;
mod documents;
mod failure;
mod folder;
mod kept;
mod mapped;
mod meaning;
mod rows;
mod selection;
mod snapshot;
mod store;
mod vectors;
mod wording;
mod writer;

pub use store::EmbeddedStore;
