//! Where serde may live: Gong's wire, archive rows, index payload, views, configuration.

use crate::SourceFile;

/// Folders and files that are borders; everything else stays free of serde's derives.
const BORDERS: [&str; 10] = [
    "crates/gong-client/",
    "crates/gong-sim/",
    "crates/call-archive/src/sqlite",
    "crates/call-archive/src/record",
    "crates/call-archive/src/records",
    "crates/memory-store/src/embedded",
    "crates/gong-app/src/views",
    "crates/gong-app/src/config",
    "crates/gong-app/src/eval",
    "crates/embeddings/src/minilm",
];

/// Whether a file derives serde's traits.
pub fn derives_serde(file: &SourceFile) -> bool {
    file.text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("#[derive("))
        .any(|line| line.contains("Serialize") || line.contains("Deserialize"))
}

/// Whether a file stands at a border.
pub fn is_border(file: &SourceFile) -> bool {
    BORDERS
        .iter()
        .any(|border| file.path.to_string_lossy().starts_with(border))
}
