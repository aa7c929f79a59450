//! The one way in which requests go to Gong: announce, permit, send, explain, perhaps again.
use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;
use tracing::{Instrument as _, debug, info_span};

use crate::{
    Answer, Answered, Attempt, BadBody, Decision, Error, ErrorKind, Failure, Method, NotFound,
    Operation, Request, Situation,
    client::Shared,
    decide,
    form::Form,
    gong_error, redirect,
    transport::{Prepared, Received, timed_out},
};

/// Bodies above this are read on a thread of their own, so that the executor is not held up.
const LARGE_BODY: usize = 128 * 1024;

pub(crate) async fn send<R: Request>(
    shared: &Shared,
    request: &R,
    cursor: Option<&str>,
) -> Result<R::Answer, Error> {
    let operation = R::OPERATION;
    let prepared = prepare(shared, request, cursor).await?;
    let span = info_span!("gong.request", operation = operation.id);
    repeat::<R::Answer>(shared, &operation, &prepared, cursor.is_some())
        .instrument(span)
        .await
}

async fn prepare<R: Request>(
    shared: &Shared,
    request: &R,
    cursor: Option<&str>,
) -> Result<Prepared, Error> {
    let method = R::OPERATION.method;
    let mut url = shared.base.join(request.path());
    let query = request.query();
    let query_cursor = cursor.filter(|_| method == Method::Get);
    if !query.is_empty() || query_cursor.is_some() {
        url.query_pairs_mut()
            .extend_pairs(query)
            .extend_pairs(query_cursor.map(|cursor| ("cursor", cursor)));
    }
    let mut body = request.body();
    if let (Some(Value::Object(fields)), Some(cursor), None) = (&mut body, cursor, query_cursor) {
        fields.insert("cursor".into(), cursor.into());
    }
    let body = body
        .map(|body| serde_json::to_vec(&body))
        .transpose()
        .map_err(|error| {
            Error::new(ErrorKind::Setup)
                .caused_by(error)
                .during(&R::OPERATION, 0)
        })?;
    let form = match request.file() {
        None => None,
        Some(part) => Some(
            Form::prepare(part, shared.jitter)
                .await
                .map_err(|error| error.during(&R::OPERATION, 0))?,
        ),
    };
    Ok(Prepared {
        method,
        url,
        body: body.map(Bytes::from),
        form,
    })
}

async fn repeat<A: Answer>(
    shared: &Shared,
    operation: &Operation,
    prepared: &Prepared,
    has_cursor: bool,
) -> Result<A, Error> {
    let mut number = 1;
    loop {
        let (failure, error) =
            match attempt::<A>(shared, operation, prepared, has_cursor, number).await {
                Ok(answer) => {
                    shared.retry_budget.refill();
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
        let error = error.during(operation, number);
        let decision = decide(
            &Situation {
                attempt: number,
                failure,
                is_idempotent: operation.is_idempotent,
                budget: shared.retry_budget.left(),
                jitter: (shared.jitter)(),
            },
            &shared.rules,
        );
        debug!(
            attempt = number,
            status = error.status(),
            ?failure,
            ?decision,
            "request failed"
        );
        if let Failure::RateLimited {
            retry_after: Some(wait),
        } = failure
        {
            shared
                .pace
                .pushed_back(wait.min(shared.rules.longest_retry_after))
                .await;
        }
        let Decision::Retry { after, cost } = decision else {
            return Err(error);
        };
        if !shared.retry_budget.spend(cost) {
            return Err(error);
        }
        tokio::time::sleep(after).await;
        number += 1;
    }
}

async fn attempt<A: Answer>(
    shared: &Shared,
    operation: &Operation,
    prepared: &Prepared,
    has_cursor: bool,
    number: u32,
) -> Result<A, (Failure, Error)> {
    let target = match prepared.url.query() {
        Some(query) => format!("{}?{query}", prepared.url.path()),
        None => prepared.url.path().to_owned(),
    };
    let body = prepared.body.as_deref();
    let attempt = Attempt {
        operation,
        number,
        target: &target,
        body,
    };
    shared
        .observe
        .about_to_send(&attempt)
        .await
        .map_err(|refusal| {
            (
                Failure::Final,
                Error::new(ErrorKind::Refused).caused_by(refusal),
            )
        })?;

    // Announced first: what an observer takes its time for must not stand between a permit and
    // the sending that it permits.
    let authorization = match ready(shared, operation).await {
        Ok(authorization) => authorization,
        Err(unsent) => {
            shared.observe.answered(&attempt, &UNSENT).await;
            return Err(unsent);
        }
    };

    let start = Instant::now();
    let received = shared.transport.exchange(prepared, &authorization).await;
    let elapsed = start.elapsed();

    let status = received.as_ref().ok().map(|received| received.status);
    let bytes = received
        .as_ref()
        .map_or(0, |received| received.body.len() as u64);
    let answer = match received {
        Ok(received) => interpret::<A>(operation, prepared, received, has_cursor).await,
        Err(failed) => Err(failed),
    };
    let request_id = answer
        .as_ref()
        .err()
        .and_then(|(_, error)| error.request_id());
    let is_success = answer.is_ok();
    let answered = Answered {
        status,
        elapsed,
        bytes,
        request_id,
        is_success,
    };
    shared.observe.answered(&attempt, &answered).await;
    debug!(attempt = number, status, bytes, ?elapsed, "answered");
    answer
}

/// Nothing was sent, so nothing was answered.
const UNSENT: Answered<'static> = Answered {
    status: None,
    elapsed: Duration::ZERO,
    bytes: 0,
    request_id: None,
    is_success: false,
};

/// Waits for a permit, then for what authorises the request.
async fn ready(shared: &Shared, operation: &Operation) -> Result<SecretString, (Failure, Error)> {
    shared.pace.permit(operation).await.map_err(|spent| {
        (
            Failure::Final,
            Error::new(ErrorKind::BudgetSpent { until: spent.until }),
        )
    })?;
    tokio::time::timeout(
        shared.transport.deadline(),
        shared.authorize.authorization(),
    )
    .await
    .map_err(|late| (Failure::NotConnected, timed_out().caused_by(late)))?
    .map_err(|error| {
        (
            Failure::Final,
            Error::new(ErrorKind::Credentials).caused_by(error),
        )
    })
}

async fn interpret<A: Answer>(
    operation: &Operation,
    prepared: &Prepared,
    received: Received,
    has_cursor: bool,
) -> Result<A, (Failure, Error)> {
    let Received {
        status,
        location,
        retry_after,
        body,
    } = received;
    match status {
        200..300 => read::<A>(status, body).await,
        300..400 => Err((
            Failure::Final,
            redirect::explain(status, &prepared.url, location.as_deref()),
        )),
        _ => {
            let gong = gong_error::GongError::read(&String::from_utf8_lossy(&body));
            let may_be_empty = operation.not_found == NotFound::MeansEmpty && !has_cursor;
            if status == 404
                && gong.is_some()
                && may_be_empty
                && let Some(empty) = A::empty()
            {
                return Ok(empty);
            }
            Err(gong_error::explain(status, retry_after, gong, has_cursor))
        }
    }
}

async fn read<A: Answer>(status: u16, body: Bytes) -> Result<A, (Failure, Error)> {
    let answer = if body.len() > LARGE_BODY {
        tokio::task::spawn_blocking(move || A::read(&String::from_utf8_lossy(&body)))
            .await
            .unwrap_or_else(|_| Err(BadBody::Unexpected("reading it was stopped".into())))
    } else {
        A::read(&String::from_utf8_lossy(&body))
    };
    answer.map_err(|bad| {
        let (failure, kind) = match bad {
            BadBody::CutOff => (Failure::Interrupted, ErrorKind::Interrupted),
            BadBody::Unexpected(_) => (Failure::Final, ErrorKind::Undecodable),
        };
        (
            failure,
            Error::new(kind)
                .answered(status, None, Vec::new())
                .caused_by(bad),
        )
    })
}
