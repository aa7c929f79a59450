//! What stands on the disk beside an archive or goes to a caller and comes back: read or refused.

use call_archive::fuzzing;

/// An erase log: damage is an error, a torn last line is not, and what was read is written
/// the same way.
pub fn erase_log(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        fuzzing::erase_log(text);
    }
}

/// A key file.
pub fn key_files(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        fuzzing::key_file(text);
    }
}

/// A sealed value under a key that did not seal it, and one that was changed.
pub fn sealed(bytes: &[u8]) {
    fuzzing::sealed(bytes);
}

/// The cursor of a listing.
pub fn cursors(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        fuzzing::cursor(text);
    }
}
