//! How deliveries are recognised, as text.

use gong_app::views::{WebhookKeysView, WebhookTestView};

use super::table;

/// What is asked of deliveries.
pub(crate) fn webhook_keys(view: &WebhookKeysView) -> String {
    let keys = view
        .keys
        .iter()
        .map(|key| ("signing key, SHA-256", key.sha256.clone()));
    let urls = view.public_urls.iter().map(|url| ("address", url.clone()));
    let token = view
        .has_url_token
        .then(|| ("address ends with", "a token".to_owned()));
    let rows = keys.chain(urls).chain(token);
    let rows: Vec<_> = rows
        .map(|(what, value)| vec![what.to_owned(), value])
        .collect();
    if rows.is_empty() {
        return "Nothing is configured: no delivery is believed. See docs/webhooks.md".to_owned();
    }
    table(&["what", "value"], rows)
}

/// What came of a test.
pub(crate) fn webhook_test(view: &WebhookTestView) -> String {
    let did = if view.is_accepted {
        "took the test in"
    } else {
        "refused the test"
    };
    format!(
        "The receiver {did}: {} {} ({} ms)",
        view.status, view.said, view.took_ms
    )
}
