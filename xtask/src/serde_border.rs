//! Where serde may live: Gong's wire, archive rows, index payload, views, configuration.

use crate::SourceFile;

/// Folders and files that are borders; everything else stays free of serde's derives.
const BORDERS: [(&str, &str); 22] = [
    ("crates/gong-client/", "Gong's wire"),
    ("crates/gong-sim/", "Gong's wire, from the other side"),
    (
        "crates/gong-auth/src/oauth/",
        "the token endpoint's wire, and the file that keeps tokens",
    ),
    ("crates/gong-auth/src/webhook/claims.rs", "Gong's tokens"),
    ("crates/call-archive/src/stored/record.rs", "rows"),
    ("crates/call-archive/src/stored/numbers_row.rs", "rows"),
    ("crates/crm-sync/src/hubspot/wire.rs", "HubSpot's wire"),
    ("crates/crm-sync/src/kept/record.rs", "rows"),
    ("crates/gong-sync/src/run/record.rs", "checkpoints"),
    ("crates/gong-app/src/views/", "views"),
    ("crates/gong-app/src/config/settings.rs", "configuration"),
    ("crates/gong-app/src/config/crm.rs", "configuration"),
    (
        "crates/gong-app/src/config/embedding_model.rs",
        "configuration",
    ),
    (
        "crates/gong-app/src/config/language_model.rs",
        "configuration",
    ),
    ("crates/gong-app/src/config/auth.rs", "configuration"),
    ("crates/gong-app/src/config/memory.rs", "configuration"),
    (
        "crates/gong-app/src/deliveries/payload.rs",
        "Gong's webhook",
    ),
    (
        "crates/gong-app/src/eval/lines.rs",
        "files of questions and answers",
    ),
    (
        "crates/gong-cli/src/commands/demo.rs",
        "the demo's own view",
    ),
    (
        "crates/gong-cli/src/output.rs",
        "an error as programs read it",
    ),
    ("crates/embeddings/src/remote/wire.rs", "a server's wire"),
    (
        "crates/embeddings/src/bert",
        "the model's own configuration",
    ),
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
        .any(|(border, _)| file.path.to_string_lossy().starts_with(*border))
}
