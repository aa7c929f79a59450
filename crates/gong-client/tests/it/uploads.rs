//! Files on their way to Gong, and what is never sent twice.
use std::fs;

use gong_client::{
    Error, ErrorKind, FileSource, GongClient,
    crm::{EntityType, UploadEntities},
    data_privacy::EraseByEmailAddress,
    new_call::{AddCall, AddRecording, NewParty},
};

use crate::fixture::{Reply, Server, ok, status, with_header};

const ACCEPTED: &str = r#"{"requestId": "r", "clientRequestId": "once-1"}"#;

fn upload(source: FileSource) -> UploadEntities {
    let (integration, request) = ("7".parse().unwrap(), "once-1".parse().unwrap());
    UploadEntities::new(integration, EntityType::Deal, request, source)
}

fn recording(source: FileSource) -> AddRecording {
    AddRecording::new("1".parse().unwrap(), source)
}

fn call() -> AddCall {
    let user: gong_client::UserId = "1".parse().unwrap();
    let started: jiff::Timestamp = "2026-10-14T09:00:00Z".parse().unwrap();
    let direction = gong_client::Direction::Inbound;
    AddCall::new("pbx-1", started, [NewParty::new()], direction, user)
}

#[tokio::test]
async fn a_file_is_the_only_part_of_its_form_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deals \"1\".ldjson");
    let lines = b"{\"objectId\": \"1\"}\r\n--\x00\xff\n".repeat(20_000);
    fs::write(&path, &lines).unwrap();
    let server = Server::start([ok(ACCEPTED)]).await;

    let answer = server.client().send(&upload(FileSource::path(&path))).await;

    let accepted = answer.unwrap().element.value;
    assert_eq!(accepted.client_request_id.unwrap().as_str(), "once-1");
    let asked = &server.asked()[0];
    assert_eq!(
        asked.target,
        "/v2/crm/entities?integrationId=7&objectType=DEAL&clientRequestId=once-1"
    );
    let content_type = asked.header("content-type").unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"dataFile\"; \
         filename=\"deals %221%22.ldjson\"\r\nContent-Type: application/x-ndjson\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let whole = [head.as_bytes(), &lines, tail.as_bytes()].concat();
    assert!(asked.bytes == whole, "{} bytes came", asked.bytes.len());
}

#[tokio::test]
async fn a_file_is_sent_again_only_where_gong_would_not_take_it_twice() {
    let late = || [Reply::HangUp, ok(ACCEPTED)];
    let with_id = Server::start(late()).await;
    let without = Server::start(late()).await;
    let bytes = || FileSource::bytes("a", "b");

    let first = with_id.client().send(&upload(bytes())).await;
    let second = without.client().send(&recording(bytes())).await;

    assert!(first.is_ok());
    let [one, other] = &with_id.asked()[..] else {
        panic!("{:?}", with_id.asked());
    };
    assert_eq!(one.bytes, other.bytes);
    assert_eq!(*second.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(without.asked().len(), 1);
}

#[tokio::test]
async fn what_gong_refused_to_look_at_is_sent_again_whatever_it_is() {
    let answer = r#"{"requestId": "r", "callId": "1", "url": "u"}"#;
    let server = Server::start([with_header(429, "retry-after", "0"), ok(answer)]).await;

    let added = server
        .client()
        .send(&recording(FileSource::bytes("a", "b")))
        .await
        .unwrap();

    assert_eq!(added.element.value.url.as_deref(), Some("u"));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_call_with_an_id_of_the_callers_is_sent_again_and_an_erasure_is_not() {
    let added = r#"{"requestId": "r", "callId": "1"}"#;
    let with_id = Server::start([Reply::HangUp, ok(added)]).await;
    let erasure = Server::start([Reply::HangUp, ok(added)]).await;
    let consent = gong_client::ErasesPerson::confirmed();

    let call = with_id.client().send(&call()).await;
    let erased = erasure
        .client()
        .send(&EraseByEmailAddress::new("a@example.com", consent))
        .await;

    assert!(call.is_ok());
    assert_eq!(with_id.asked().len(), 2);
    assert_eq!(*erased.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(erasure.asked().len(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_asks_nothing_of_gong() {
    let server = Server::start([status(500, "")]).await;
    let client: GongClient = server.client();
    let kind = |error: Error| error.kind().clone();

    let missing = client
        .send(&recording(FileSource::path("/no/such/file")))
        .await;

    assert_eq!(missing.map_err(kind).unwrap_err(), ErrorKind::File);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn an_answer_without_gongs_mark_is_no_confirmation() {
    let server = Server::start([ok("{}"), ok(r#"{"requestId": "r"}"#)]).await;
    let client = server.client();
    let consent = gong_client::ErasesPerson::confirmed();
    let erasure = EraseByEmailAddress::new("a@example.com", consent);

    let foreign = client.send(&erasure).await;
    let gongs = client.send(&erasure).await;

    assert_eq!(*foreign.unwrap_err().kind(), ErrorKind::Undecodable);
    assert_eq!(gongs.unwrap().request_id.as_deref(), Some("r"));
}
