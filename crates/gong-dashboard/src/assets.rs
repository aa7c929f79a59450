//! The one stylesheet, the one script and the icon; their addresses change with what is in them.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// Browsers keep a file for a year: another one has another address.
const KEPT: &str = "private, max-age=31536000, immutable";

pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "page.css",
        "text/css; charset=utf-8",
        include_str!("../assets/page.css"),
    )
});

pub(crate) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "page.js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/page.js"),
    )
});

pub(crate) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "icon.svg",
        "image/svg+xml",
        include_str!("../assets/icon.svg"),
    )
});

/// A file of ours.
pub(crate) struct Asset {
    path: String,
    kind: &'static str,
    text: &'static str,
}

impl Asset {
    fn of(name: &str, kind: &'static str, text: &'static str) -> Self {
        let print = digest::digest(&digest::SHA256, text.as_bytes());
        let print = hex::encode(print.as_ref().get(..8).unwrap_or_default());
        Self {
            path: format!("/assets/{print}/{name}"),
            kind,
            text,
        }
    }

    /// Where it is served.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// Serves a file of ours, to anybody.
pub(crate) async fn serve(Path((print, name)): Path<(String, String)>) -> Response {
    let wanted = format!("/assets/{print}/{name}");
    let found = [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|one| one.path == wanted);
    match found {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, KEPT),
            ];
            (headers, asset.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_little_script() {
        let bytes = SCRIPT.text.len();
        assert!(bytes < 10_000, "{bytes} bytes");
    }

    #[test]
    fn neither_file_names_another_host() {
        for text in [STYLE.text, SCRIPT.text] {
            assert!(
                !text.contains("//") || !text.contains("http"),
                "another host"
            );
            assert!(!text.contains("@import") && !text.contains("url("));
        }
    }
}
