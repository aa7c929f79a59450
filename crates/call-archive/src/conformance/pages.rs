//! Laws of listing: order, filters, pages.

use access::Scope;
use conversation::{CallId, Period, WorkspaceId};

use crate::{Archive, CallQuery, ErrorKind, TextState};

use super::fixture::{at, bare, full, full_put, id, put, stored, user};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    let archive = make().await;
    for n in 0..25 {
        let mut call = bare(format!("c{n:02}"));
        // Five calls begin at each moment: ids break the tie.
        call.started = at(n / 5);
        if n % 2 == 0 {
            call.workspace = Some(WorkspaceId::new("w1").expect("a valid id"));
        }
        if n % 5 == 0 {
            call.primary_user = Some(user("u1"));
        }
        stored(&archive, put(call, None)).await;
    }
    pages_follow_each_other(&archive).await;
    filters_narrow(&archive).await;
    a_malformed_place_is_refused(&archive).await;
    a_listed_call_is_whole_without_words(&make().await).await;
}

async fn list<A: Archive>(archive: &A, query: &CallQuery) -> (Vec<CallId>, u64, Option<String>) {
    let page = archive.list(&Scope::internal(), query).await;
    let page = page.expect("listed");
    let ids = page.calls.into_iter().map(|(call, _)| call.id).collect();
    (ids, page.total, page.next)
}

async fn pages_follow_each_other<A: Archive>(archive: &A) {
    let wanted: Vec<_> = (0..25).rev().map(|n| id(format!("c{n:02}"))).collect();
    for limit in [1, 4, 7, 24, 25, 26] {
        let mut query = CallQuery {
            limit,
            ..CallQuery::default()
        };
        let mut all = Vec::new();
        loop {
            let (ids, total, next) = list(archive, &query).await;
            assert!(ids.len() <= limit && total == 25, "pages of {limit}");
            all.extend(ids);
            if next.is_none() {
                break;
            }
            query.after = next;
        }
        assert_eq!(all, wanted, "pages of {limit}");
    }

    let none = CallQuery {
        limit: 0,
        ..CallQuery::default()
    };
    assert_eq!(list(archive, &none).await, (vec![], 25, None));
}

async fn filters_narrow<A: Archive>(archive: &A) {
    let mut query = CallQuery {
        period: Period::new(Some(at(1)), Some(at(3))).expect("a period"),
        ..CallQuery::default()
    };
    let (ids, total, _) = list(archive, &query).await;
    let wanted: Vec<_> = (5..15).rev().map(|n| id(format!("c{n:02}"))).collect();
    assert_eq!((ids, total), (wanted, 10), "the end is not in a period");

    query.workspace = Some(WorkspaceId::new("w1").expect("a valid id"));
    assert_eq!(list(archive, &query).await.1, 5);
    query.user = Some(user("u1"));
    assert_eq!(list(archive, &query).await.0, [id("c10")]);
    query.user = Some(user("u2"));
    assert_eq!(list(archive, &query).await, (vec![], 0, None));
}

async fn a_malformed_place_is_refused<A: Archive>(archive: &A) {
    for bad in ["", "7", "x.1", "1.", "1.a b"] {
        let query = CallQuery {
            after: Some(bad.to_owned()),
            ..CallQuery::default()
        };
        let page = archive.list(&Scope::internal(), &query).await;
        let kind = page.map(|_| ()).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::Invalid), "{bad:?}");
    }
}

async fn a_listed_call_is_whole_without_words<A: Archive>(archive: &A) {
    stored(archive, full_put("1", "Hello.", None)).await;

    let page = archive
        .list(&Scope::internal(), &CallQuery::default())
        .await;
    let page = page.expect("listed");

    assert_eq!(page.calls, [(full("1"), TextState::Present)]);
}
