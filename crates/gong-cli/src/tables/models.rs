//! Tables of the model's files.

use gong_app::views::{StoredModelView, StoredModelsView};

use super::table;

/// A line for each model.
pub(crate) fn models(view: &StoredModelsView) -> String {
    let rows = view.models.iter().map(|model| {
        let sum = model.weights_sha256.as_deref().unwrap_or("-");
        vec![
            model.name.clone(),
            files(model).to_owned(),
            model.bytes.map_or_else(
                || "-".to_owned(),
                |bytes| format!("{} MB", bytes / 1_000_000),
            ),
            sum.chars().take(12).collect(),
            model
                .folder
                .as_ref()
                .map_or_else(|| "-".to_owned(), |folder| folder.display().to_string()),
        ]
    });
    table(&["model", "files", "size", "sha256", "folder"], rows)
}

fn files(model: &StoredModelView) -> &'static str {
    match (model.is_here, model.can_be_pulled) {
        (true, _) => "here",
        (false, true) => "not here",
        (false, false) => "by model.dir",
    }
}
