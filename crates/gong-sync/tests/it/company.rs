//! A tenant is bound to its company.
use gong_sim::{Operation, World};
use gong_sync::{Error, Reach, Run};

use crate::fixture::Bench;

#[tokio::test]
async fn a_key_of_another_company_stores_marks_and_erases_nothing() {
    for calls in [15, 400] {
        let mut bench = Bench::new(World::generate(7, calls)).await;
        bench.update().await;
        let before = bench.content().await;

        bench.sim.replace_world(World::generate(8, calls));
        bench.options.key_id = Some("another key".to_owned());
        for run in [Run::Update, Run::Reconcile(Reach::Everything)] {
            let asked = bench.sim.stats().total;
            let report = bench.sync().run(run).await;
            assert!(matches!(report.stopped, Some(Error::WrongCompany)));
            assert_eq!(report.outcomes.total(), 0);
            assert_eq!(bench.asked_since(asked), 5, "the five newest known calls");
        }

        assert_eq!(bench.content().await, before);
    }
}

#[tokio::test]
async fn a_new_key_of_the_same_company_shows_it_once() {
    let mut bench = Bench::new(World::generate(7, 30)).await;
    bench.update().await;

    bench.options.key_id = Some("another key".to_owned());
    bench.update().await;
    bench.update().await;

    assert_eq!(bench.sim.stats().of(Operation::GetCall), 1);
}

#[tokio::test]
async fn without_the_name_of_a_key_every_process_looks_once() {
    let mut bench = Bench::new(World::generate(7, 30)).await;
    bench.options.key_id = None;
    bench.update().await;
    bench.update().await;
    bench.update().await;

    assert_eq!(bench.sim.stats().of(Operation::GetCall), 2);
}
