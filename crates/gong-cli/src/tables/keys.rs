//! Keys by their ids.

use std::fmt::Write as _;

use gong_app::views::{KeysView, RotationView};

use super::table;

/// What keys there are.
pub(crate) fn keys(view: &KeysView) -> String {
    let keks = view.keks.iter().enumerate().map(|(at, kek)| {
        let state = match (kek.is_given, kek.wraps, at) {
            (false, ..) => "not given",
            (true, 0, 0) if kek.known_since.is_none() => "given, not used yet",
            (true, 0, _) => "former: opens backups",
            (true, ..) => "in use",
        };
        let since = kek.known_since.clone().unwrap_or_else(|| "-".to_owned());
        vec![
            "master key".to_owned(),
            kek.id.clone(),
            state.to_owned(),
            since,
        ]
    });
    let deks = view.deks.iter().map(|dek| {
        let state = format!("version {}, wraps {} keys", dek.version, dek.wraps);
        vec![
            "data key".to_owned(),
            dek.id.clone(),
            state,
            dek.created.clone(),
        ]
    });
    let hash = view.hash_key_id.iter().map(|id| {
        let state = "never rotated".to_owned();
        vec!["key of hashes".to_owned(), id.clone(), state, String::new()]
    });
    let header = ["key", "id", "state", "since"];
    let mut text = table(&header, keks.chain(deks).chain(hash));
    // Writing into a string cannot fail.
    let _ = write!(text, "\n\nThe master key is in {}", view.place);
    if let Some(fix) = &view.fix {
        let _ = write!(text, "\nNext: {fix}");
    }
    text
}

/// What a rotation did.
pub(crate) fn rotation(view: &RotationView) -> String {
    let mut text = format!(
        "{} keys are wrapped by {} now, {} are left",
        view.rewrapped, view.dek_id, view.left
    );
    if let Some(opened) = view.opened {
        let _ = write!(text, "; {opened} keys open, {} do not", view.damaged.len());
    }
    for row in &view.damaged {
        let _ = write!(text, "\ndoes not open  {row}");
    }
    text
}
