//! What a login is good for, and what a logout did.

use std::fmt::Write as _;

use gong_app::views::{LoginView, LogoutView};

use super::table;

/// What a login is good for.
pub(crate) fn login(view: &LoginView) -> String {
    let mut text = table(
        &[],
        [
            vec!["logged in at".to_owned(), view.base_url.clone()],
            vec!["scopes".to_owned(), view.scopes.join(" ")],
            vec![
                "access token".to_owned(),
                format!("ends {} and is renewed before", view.expires),
            ],
        ],
    );
    for lacking in &view.lacking {
        // Writing to a String cannot fail.
        let _ = write!(text, "\nwarning: {lacking}");
    }
    if view.key_pair_wins {
        text.push_str(
            "\nwarning: an access key is configured and is used in place of this login; unset it",
        );
    }
    text
}

/// What a logout did.
pub(crate) fn logout(view: LogoutView) -> String {
    let text = if view.was_logged_in {
        "The tokens are forgotten. Gong holds the app for authorised until an administrator removes \
         it there."
    } else {
        "There was no login."
    };
    text.to_owned()
}
