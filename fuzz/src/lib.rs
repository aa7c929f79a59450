//! What must hold for any bytes that come from outside: one function for each target.
//!
//! Each takes bytes and panics when a law is broken. `cargo fuzz` calls them (`targets/`), the tests
//! call them with the corpus and with mutations of it by seed, and the binary `mutate` does the same
//! for as long as it is told, on any toolchain.

mod answers;
mod base_url;
mod calls;
mod mutation;
mod stored;
mod webhooks;

use std::path::{Path, PathBuf};

pub use answers::answers;
pub use base_url::base_url;
pub use calls::calls;
pub use mutation::Mutations;
pub use stored::{cursors, erase_log, key_files, sealed};
pub use webhooks::{webhook_bodies, webhook_tokens};

/// A target's name, which is the name of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("answers", answers),
    ("base_url", base_url),
    ("calls", calls),
    ("cursors", cursors),
    ("erase_log", erase_log),
    ("key_files", key_files),
    ("sealed", sealed),
    ("webhook_bodies", webhook_bodies),
    ("webhook_tokens", webhook_tokens),
];

/// The folder of a target's corpus.
pub fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target)
}
