//! What is promised, what is refused, and that promises are kept.

use std::fs;

use gong_app::{ErrorKind, ShownDelivery};

use crate::office::{Office, about, said};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_promised_is_known_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::at(folder.path());
    let served = office.serve().await;

    let body = about("7782342274025937895");
    assert_eq!(
        served.deliver(&office, &body).await,
        (200, "new".to_owned())
    );
    assert_eq!(
        served.deliver(&office, &body).await,
        (200, "duplicate".to_owned())
    );
    let bare = r#"{"metaData":{"id":"7782342274025937895"},"parties":[]}"#;
    assert_eq!(served.deliver(&office, bare).await, (200, "new".to_owned()));
    assert_eq!(served.stop().await.cut_off, 0);

    let again = office.serve().await;
    for body in [&body, bare] {
        assert_eq!(
            again.deliver(&office, body).await,
            (200, "duplicate".to_owned())
        );
    }
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_believed_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::at(folder.path());
    let served = office.serve().await;
    let body = about(7);
    let token = office.sign(&body);
    let send = async |request: reqwest::RequestBuilder| {
        said(request.send().await.expect("answered")).await
    };

    let nothing = send(served.post("", &body)).await;
    assert_eq!(nothing, (401, "nothing-shown".to_owned()));
    let other = send(served.post("", &about(8)).header("authorization", &token)).await;
    assert_eq!(other, (401, "body-hash".to_owned()));
    let twice = served.post("", &body).header("authorization", &token);
    let twice = send(twice.header("authorization", &token)).await;
    assert_eq!(twice, (401, "nothing-shown".to_owned()));
    // Where a delivery says that it arrived is nothing to go by.
    let proxied = served.post("", &body).header("host", "hooks.example.com");
    let proxied = proxied.header("x-forwarded-host", "hooks.example.com");
    let strange = "https://evil.example/webhooks/gong";
    let proxied = proxied
        .header("x-forwarded-proto", "https")
        .header("forwarded", strange);
    assert_eq!(send(proxied).await.0, 401);
    let unreadable = r#"{"callData":{}}"#;
    assert_eq!(
        served.deliver(&office, unreadable).await,
        (400, "unreadable".to_owned())
    );
    let get = reqwest::get(served.url("")).await.expect("answered");
    assert_eq!(get.status().as_u16(), 405);
    assert_eq!(
        served
            .post("/a/b", &body)
            .send()
            .await
            .expect("answered")
            .status()
            .as_u16(),
        404
    );

    assert_eq!(
        served.deliver(&office, &body).await,
        (200, "new".to_owned()),
        "it was not kept"
    );
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_answered_recorded_and_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::at(folder.path());
    let served = office.serve().await;
    let by_gong = r#"{"callData":{"metaData":{"id":"7"}},"isTest":true}"#;

    assert_eq!(
        served.deliver(&office, by_gong).await,
        (200, "test".to_owned())
    );
    assert_eq!(
        served.deliver(&office, by_gong).await,
        (200, "test".to_owned())
    );
    let trying = Office::at(folder.path()).app();
    let refused = trying
        .webhook_test(&served.url(""))
        .await
        .expect("answered");
    assert_eq!(
        (refused.status, refused.said.as_str()),
        (401, "url"),
        "the rule names another"
    );
    let bad = trying
        .webhook_test("calls.example")
        .await
        .expect_err("no address");
    assert_eq!(bad.kind(), ErrorKind::Usage);

    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_key_is_believed_for_tests() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://{}/webhooks/gong",
        free.local_addr().expect("its address")
    );
    let office = Office::at(folder.path())
        .without("GONG_WEBHOOK_PUBLIC_URL")
        .with("GONG_WEBHOOK_PUBLIC_URL", &url);
    let (receiver, intake) = office.receiver().await.expect("a receiver");
    let running = tokio::spawn(intake.keep_deliveries());
    free.set_nonblocking(true).expect("set");
    let listener = tokio::net::TcpListener::from_std(free).expect("a listener");
    let router = gong_webhook::router(receiver);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });

    let answered = office.app().webhook_test(&url).await.expect("answered");

    assert_eq!((answered.status, answered.said.as_str()), (200, "test"));
    serving.abort();
    running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_address_is_enough_without_keys_and_asked_for_with_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = "f00df00df00df00d";
    let plain = Office::at(folder.path()).with("GONG_WEBHOOK_URL_TOKEN", token);
    let served = plain.serve().await;
    let body = about(1);
    let signed = plain.sign(&body);
    let with_both = served
        .post(&format!("/{token}"), &body)
        .header("authorization", &signed);
    assert_eq!(
        said(with_both.send().await.expect("answered")).await,
        (200, "new".to_owned())
    );
    assert_eq!(
        served.deliver(&plain, &body).await,
        (401, "url-token".to_owned())
    );
    served.stop().await;

    let unsigned = plain.without("GONG_WEBHOOK_PUBLIC_KEYS");
    let served = unsigned.serve().await;
    let body = about(2);
    for (rest, status) in [(token, 200), ("f00df00df00df00e", 401), ("f", 401)] {
        let sent = served.post(&format!("/{rest}"), &body).send().await;
        assert_eq!(sent.expect("answered").status().as_u16(), status, "{rest}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_secret_is_the_key_or_the_token_that_it_can_be_seen_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let unset = || Office::at(folder.path()).without("GONG_WEBHOOK_PUBLIC_KEYS");
    let file = folder.path().join("secret");
    fs::write(&file, format!("{}\n", unset().public_key())).expect("written");
    let file = file.to_str().expect("text");

    let by_key = unset().with("GONG_WEBHOOK_SECRET_FILE", file);
    let served = by_key.serve().await;
    let delivered = served.deliver(&by_key, &about(1)).await;
    assert_eq!(delivered, (200, "new".to_owned()));
    let unsigned = served.post("", &about(2)).send().await;
    assert_eq!(unsigned.expect("answered").status().as_u16(), 401);
    served.stop().await;

    let by_token = unset().with("GONG_WEBHOOK_SECRET", "f00df00df00df00d");
    let served = by_token.serve().await;
    for (rest, status) in [
        ("/f00df00df00df00d", 200),
        ("/f00df00df00df00e", 401),
        ("", 401),
    ] {
        let sent = served.post(rest, &about(3)).send().await;
        assert_eq!(sent.expect("answered").status().as_u16(), status, "{rest}");
    }
    served.stop().await;
}

#[tokio::test]
async fn a_receiver_that_could_not_tell_gong_from_others_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = || Office::at(folder.path());
    let keys = "GONG_WEBHOOK_PUBLIC_KEYS";
    for office in [
        whole().without(keys),
        whole().without("GONG_WEBHOOK_PUBLIC_URL"),
        whole().without(keys).with(keys, "nonsense"),
        whole().with("GONG_WEBHOOK_URL_TOKEN", "guessable"),
        whole().with("GONG_WEBHOOK_URL_TOKEN", "sixteen/and/more/letters"),
        whole().without(keys).with("GONG_WEBHOOK_SECRET", "hunter2"),
        whole()
            .without(keys)
            .with("GONG_WEBHOOK_SECRET", "MIIBIjANBgkqhkiG9w0BAQ"),
        whole().with("GONG_WEBHOOK_SECRET", &whole().public_key()),
        whole()
            .with("GONG_WEBHOOK_SECRET", "f00df00df00df00d")
            .with("GONG_WEBHOOK_URL_TOKEN", "f00df00df00df00d"),
        whole().with("GONG_WEBHOOK_SECRET_FILE", "/nowhere/secret"),
    ] {
        let refused = office.receiver().await.err().expect("it is not made");
        assert_eq!(refused.kind(), ErrorKind::NotConfigured);
        assert!(refused.hint_text().is_some(), "{}", refused.chain());
    }
}

#[tokio::test]
async fn what_nobody_writes_down_is_not_promised() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::at(folder.path());
    let (receiver, intake) = office.receiver().await.expect("a receiver");
    drop(intake);

    let body = about(7);
    let shown = ShownDelivery {
        authorization: Some(office.sign(&body)),
        url_token: None,
        body: body.into_bytes().into(),
    };

    assert!(receiver.accept_delivery(shown).await.is_err());
}
