//! `Authorize`, `Pace` and `Observe`: each is asked before every attempt, and may say no.
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use gong_auth::Authorize;
use gong_client::{
    Answered, Attempt, ErrorKind, GongClient, ListCalls, Observe, Operation, Pace, Refusal, Spent,
};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::fixture::{Server, calls, gong_error};

fn request() -> ListCalls {
    ListCalls::between(
        Timestamp::UNIX_EPOCH,
        "2026-01-01T00:00:00Z".parse().unwrap(),
    )
}

#[derive(Debug, Default)]
struct Notes {
    lines: Mutex<Vec<String>>,
    refuses: bool,
}

#[async_trait]
impl Observe for Notes {
    async fn about_to_send(&self, attempt: &Attempt<'_>) -> Result<(), Refusal> {
        let line = format!(
            "send {} {} {}",
            attempt.number, attempt.operation.id, attempt.target
        );
        self.lines.lock().unwrap().push(line);
        if self.refuses {
            Err(Refusal {
                reason: "not today".into(),
            })
        } else {
            Ok(())
        }
    }

    async fn answered(&self, attempt: &Attempt<'_>, answered: &Answered<'_>) {
        let Answered {
            status,
            bytes,
            request_id,
            is_success,
            ..
        } = answered;
        let line = format!(
            "{} {status:?} {bytes} {request_id:?} {is_success}",
            attempt.number
        );
        self.lines.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn every_attempt_is_observed_before_and_after() {
    let server = Server::start([gong_error(500, "oh"), calls(&["1"], None)]).await;
    let notes = Arc::new(Notes::default());
    let client = server
        .builder()
        .observe(Arc::clone(&notes) as Arc<dyn Observe>)
        .build()
        .unwrap();

    client.send(&request()).await.unwrap();

    let target =
        "/v2/calls?fromDateTime=1970-01-01T00%3A00%3A00Z&toDateTime=2026-01-01T00%3A00%3A00Z";
    let lines = notes.lines.lock().unwrap();
    let expected = [
        format!("send 1 listCalls {target}"),
        r#"1 Some(500) 40 Some("req-1") false"#.to_owned(),
        format!("send 2 listCalls {target}"),
        "2 Some(200) 81 None true".to_owned(),
    ];
    assert_eq!(*lines, expected);
}

#[tokio::test]
async fn an_observer_can_refuse_and_then_nothing_is_sent() {
    let server = Server::start([calls(&["1"], None)]).await;
    let notes = Arc::new(Notes {
        refuses: true,
        ..Notes::default()
    });
    let client = server
        .builder()
        .observe(Arc::clone(&notes) as Arc<dyn Observe>)
        .build()
        .unwrap();

    let error = client.send(&request()).await.unwrap_err();

    assert_eq!(*error.kind(), ErrorKind::Refused);
    assert!(server.asked().is_empty());
    assert_eq!(notes.lines.lock().unwrap().len(), 1);
}

#[derive(Debug)]
struct Count {
    permits: AtomicUsize,
    most: usize,
}

#[async_trait]
impl Pace for Count {
    async fn permit(&self, _operation: &Operation) -> Result<(), Spent> {
        if self.permits.fetch_add(1, Ordering::Relaxed) < self.most {
            Ok(())
        } else {
            Err(Spent {
                until: Some(Timestamp::UNIX_EPOCH),
            })
        }
    }
}

#[tokio::test]
async fn retries_need_a_permit_too_and_a_spent_budget_says_until_when() {
    let server = Server::start((0..5).map(|_| gong_error(500, "oh"))).await;
    let pace = Arc::new(Count {
        permits: AtomicUsize::new(0),
        most: 2,
    });
    let client = server
        .builder()
        .pace(Arc::clone(&pace) as Arc<dyn Pace>)
        .build()
        .unwrap();

    let error = client.send(&request()).await.unwrap_err();

    assert_eq!(
        *error.kind(),
        ErrorKind::BudgetSpent {
            until: Some(Timestamp::UNIX_EPOCH)
        }
    );
    assert_eq!(server.asked().len(), 2);
}

#[derive(Debug)]
struct Renewing(AtomicUsize);

#[async_trait]
impl Authorize for Renewing {
    async fn authorization(&self) -> Result<SecretString, gong_auth::Error> {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            2 => Err(gong_auth::Error::BadBaseUrl {
                problem: "stands for any failure",
            }),
            number => Ok(format!("Bearer {number}").into()),
        }
    }
}

#[tokio::test]
async fn credentials_are_asked_for_before_every_attempt() {
    let server = Server::start([gong_error(500, "oh"), calls(&[], None)]).await;
    let renewing = Arc::new(Renewing(AtomicUsize::new(0)));
    let client = GongClient::builder(server.base.clone(), renewing)
        .pace(Arc::new(gong_client::Unpaced))
        .jitter(|| 0.0)
        .build()
        .unwrap();

    client.send(&request()).await.unwrap();
    let error = client.send(&request()).await.unwrap_err();

    let headers: Vec<_> = server
        .asked()
        .iter()
        .map(|a| a.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(headers, ["Bearer 0", "Bearer 1"]);
    assert_eq!(*error.kind(), ErrorKind::Credentials);
}
