//! The archive in PostgreSQL keeps the laws.

use call_archive::{PostgresArchive, conformance};

use super::server::{Place, server};

/// An archive whose key and erase log stay as long as it does.
async fn make(kept: &std::cell::RefCell<Vec<Place>>) -> PostgresArchive {
    let place = Place::new().await.expect("there is a server");
    let archive = place.open().await;
    kept.borrow_mut().push(place);
    archive
}

#[tokio::test]
async fn the_archive_in_postgres_keeps_the_laws() {
    if server().is_none() {
        return;
    }
    let kept = std::cell::RefCell::default();
    conformance::check(async || make(&kept).await).await;
    conformance::check_dead_letters(async || make(&kept).await).await;
}

#[tokio::test]
async fn what_processes_share_in_postgres_keeps_its_laws_over_two_openings() {
    if server().is_none() {
        return;
    }
    let kept: std::cell::RefCell<Vec<Place>> = std::cell::RefCell::default();
    let two = async || {
        let one = make(&kept).await;
        let options = kept.borrow().last().map(Place::options);
        let other = PostgresArchive::open(options.expect("just made")).await;
        (one, other.expect("opened"))
    };
    conformance::check_budget(two).await;
    conformance::check_secrets(two).await;
    conformance::check_duties(two).await;
    conformance::check_waiting(two).await;
}

#[tokio::test]
async fn the_archive_in_postgres_agrees_with_the_model_in_any_order() {
    if server().is_none() {
        return;
    }
    let kept = std::cell::RefCell::default();
    conformance::check_interleavings(async || make(&kept).await, 0..30, 60).await;
}
