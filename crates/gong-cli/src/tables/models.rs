//! Tables of the model's files.

use gong_app::views::StoredModelsView;

use super::table;

/// A line for each model.
pub(crate) fn models(view: &StoredModelsView) -> String {
    let rows = view.models.iter().map(|model| {
        vec![
            model.name.clone(),
            if model.is_here { "here" } else { "not here" }.to_owned(),
            format!("{} MB", model.bytes / 1_000_000),
            model.weights_sha256.chars().take(12).collect(),
            model.folder.display().to_string(),
        ]
    });
    table(&["model", "files", "size", "sha256", "folder"], rows)
}
