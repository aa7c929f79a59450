//! The beginning of a file as memory: rows are read where the system keeps them, without a copy.

#![expect(
    unsafe_code,
    reason = "a file is mapped: the one call that the compiler cannot vouch for"
)]

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Bytes of a file that was mapped.
///
/// Rows that are erased are overwritten with zeros under whoever reads an older commit, so bytes
/// read here are checked by their sum before they count.
#[derive(Debug)]
pub(super) struct Mapped {
    /// None where there is nothing to map.
    map: Option<Mmap>,
}

impl Mapped {
    /// Maps the first bytes of a file, which must be there.
    pub(super) fn beginning(file: &File, length: usize) -> io::Result<Self> {
        if length == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: the file is ours alone (mode 0600, in a folder of mode 0700). What is mapped was
        // committed: it is never cut off, a compaction writes another file, and the only change to
        // it is rows turning into zeros, which are numbers as well.
        let map = unsafe { MmapOptions::new().len(length).map(file)? };
        Ok(Self { map: Some(map) })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or(&[])
    }
}
