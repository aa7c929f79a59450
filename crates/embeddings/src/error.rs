//! What can go wrong, named by what the caller can do about it.

/// Why a text could not be embedded, or a space not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The values point nowhere: none, all zero, or one that is not finite.
    #[error("a vector needs a value that is not zero, and finite ones only")]
    NoDirection,

    /// The stored record of a space was written by something else, or cut.
    #[error(
        "stored record of a vector space is not readable at {field}; gongkit reindex makes a new one"
    )]
    SpaceRecord {
        /// The field that could not be read.
        field: &'static str,
    },
}
