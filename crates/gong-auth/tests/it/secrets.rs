//! No secret is printed by anything that holds one or fails with one.
use gong_auth::{
    Authorize as _, Error, FileTokenStore, MemoryTokenStore, OAuthApp, OAuthError, TokenEndpoint,
    TokenStore as _, Tokens,
    testing::{FakeLogin, Fault},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::fixture::{Clock, DAY, header, oauth, whole};

fn assert_silent(shown: &str, tokens: &Tokens) {
    let secrets = [tokens.access(), tokens.refresh()].map(SecretString::expose_secret);
    for canary in secrets.into_iter().chain(["fake-app-secret", "canary"]) {
        assert!(!shown.contains(canary), "{shown}");
    }
}

#[tokio::test]
async fn what_holds_a_secret_does_not_print_it() {
    let gong = FakeLogin::start().await.unwrap();
    let clock = Clock::new();
    let tokens = gong.tokens(clock.now());
    let store = MemoryTokenStore::with(tokens.clone());
    let locked = store.lock().await.unwrap();
    let oauth = oauth(&gong, store.clone(), &clock);
    let header = oauth.authorization().await.unwrap();
    let endpoint = TokenEndpoint::new(gong.app()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = FileTokenStore::new(folder.path().join("oauth.json"));
    file.lock().await.unwrap().replace(&tokens).await.unwrap();
    let file_locked = file.lock().await.unwrap();

    let shown = format!(
        "{tokens:?} {store:?} {locked:?} {oauth:?} {oauth:#?} {header:?} {endpoint:?} {gong:?} \
         {:?} {file:?} {file_locked:?}",
        gong.app()
    );

    assert_silent(&shown, &tokens);
}

#[tokio::test]
async fn no_failure_quotes_a_secret_in_itself_or_its_causes() {
    let gong = FakeLogin::start().await.unwrap();
    let clock = Clock::new();
    let tokens = gong.tokens(clock.now());
    let oauth = oauth(&gong, MemoryTokenStore::with(tokens.clone()), &clock);
    clock.set(DAY);
    let faults = [
        Some(Fault::LoseRequest),
        Some(Fault::Status(200)),
        Some(Fault::Status(302)),
        Some(Fault::Status(400)),
        Some(Fault::Status(403)),
        Some(Fault::Status(500)),
        None,
    ];
    gong.revoke();

    for fault in faults {
        if let Some(fault) = fault {
            gong.plan(fault);
        }
        let error = header(&oauth).await.unwrap_err();

        assert_silent(&whole(&error), &tokens);
        assert_silent(&format!("{:?}", oauth.trouble()), &tokens);
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_named_without_what_was_sent() {
    let gong = FakeLogin::start().await.unwrap();
    let clock = Clock::new();
    let tokens = gong.tokens(clock.now());
    let oauth = oauth(&gong, MemoryTokenStore::with(tokens.clone()), &clock);
    clock.set(DAY);
    // A listener that takes no connection any more: its port is free again at the latest when
    // the runtime has dropped it, and either way nobody answers.
    drop(gong);

    let error = header(&oauth).await.unwrap_err();

    assert!(matches!(
        error,
        Error::OAuth(OAuthError::Unreachable { .. })
    ));
    assert!(error.is_transient());
    assert_silent(&whole(&error), &tokens);
}

#[test]
fn a_malformed_app_is_not_quoted() {
    for (id, secret) in [
        ("canary:id", "secret"),
        ("id", "canary secret"),
        ("", "canary"),
    ] {
        let error = OAuthApp::new(id, secret.to_owned().into()).unwrap_err();

        assert!(!whole(&error).contains("canary"));
    }
}
