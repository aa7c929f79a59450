//! What a question reads: figures of every call, and the words of those that it quotes.

use std::sync::Arc;

use access::Role;
use tempfile::TempDir;

use super::counting::CountingArchive;
use super::{acting, app_in, bring, filled, risk};
use crate::app::{App, Opened};
use crate::outlook::{CoachRequest, CompetitorsRequest, OutlookRequest, RiskRequest};

/// The same archive again, opened through one that counts.
async fn counted(home: &TempDir, app: &App) -> (App, Arc<CountingArchive>) {
    let opened = app.opened().await.expect("opened");
    let counting = Arc::new(CountingArchive::over(Arc::clone(&opened.archive)));
    let again = app_in(home);
    again.open_as(Opened {
        archive: Arc::clone(&counting) as _,
        customers: Arc::clone(&opened.customers),
        budget: Arc::clone(&opened.budget),
        secrets: Arc::clone(&opened.secrets),
        dead: Arc::clone(&opened.dead),
        inbox: Arc::clone(&opened.inbox),
        answers: Arc::clone(&opened.answers),
        watch: Arc::clone(&opened.watch),
        duties: Arc::clone(&opened.duties),
        crm_outbox: Arc::clone(&opened.crm_outbox),
        crm_requests: Arc::clone(&opened.crm_requests),
    });
    (again, counting)
}

/// Every view of the quarter, without quotes.
async fn all_views(app: &App) {
    app.risk(&RiskRequest::default()).await.expect("risk");
    let competitors = CompetitorsRequest::default();
    app.competitors(&competitors).await.expect("competitors");
    app.coach(&CoachRequest::new("7")).await.expect("coach");
    let outlook = OutlookRequest::default();
    app.pipeline_of(&outlook).await.expect("pipeline");
    app.forecast(&outlook).await.expect("forecast");
    app.heard(&outlook).await.expect("heard");
    app.team(&outlook).await.expect("team");
}

#[tokio::test]
async fn a_new_call_is_read_once_and_no_other_is_read_again() {
    let (home, app) = filled().await;
    let (app, counting) = counted(&home, &app).await;

    all_views(&app).await;
    assert_eq!(counting.take(), (0, 0), "the import worked the figures out");

    bring(&home, &app, "9", "7").await;
    let (opened, found) = counting.take();
    assert_eq!(
        (opened, found),
        (2, 1),
        "to be indexed, and for its figures"
    );

    all_views(&app).await;
    assert_eq!(counting.take(), (0, 0));
}

#[tokio::test]
async fn quotes_are_read_where_they_are_shown_only() {
    let (home, app) = filled().await;
    let (app, counting) = counted(&home, &app).await;

    let shown = risk(&app).await;

    assert_eq!(shown.deals.len(), 2);
    assert_eq!(counting.take(), (2, 0), "one call of each deal is quoted");
}

#[tokio::test]
async fn other_competitors_make_other_figures_once() {
    let (home, app) = filled().await;
    let (app, counting) = counted(&home, &app).await;
    let file = home.path().join("competitors.jsonl");
    std::fs::write(&file, r#"{"name":"Northbeam","aliases":[]}"#).expect("written");
    app.watch_competitors(&file).await.expect("watched");

    all_views(&app).await;
    assert_eq!(counting.take(), (2, 2));
    all_views(&app).await;
    assert_eq!(counting.take(), (0, 0));
    let view = app.competitors(&CompetitorsRequest::default()).await;
    let names: Vec<String> = view
        .expect("told")
        .competitors
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["Northbeam"]);
}

#[tokio::test]
async fn a_page_of_many_views_reads_the_rows_of_a_scope_once() {
    let (home, app) = filled().await;
    let (app, counting) = counted(&home, &app).await;
    counting.take_rows();
    overview(&app.reading_once()).await;
    assert_eq!(counting.take_rows(), [1, 1]);

    // Whose scope is another reads his own rows, and the team's for the bands.
    let rep = acting(&app, Role::Rep, Some("7"));
    overview(&rep.reading_once()).await;
    assert_eq!(
        counting.take_rows(),
        [3, 1],
        "own figures, the team's, own calls"
    );
}

#[tokio::test]
async fn the_next_page_shows_a_new_call_and_nobody_is_shown_what_another_sees() {
    let (home, app) = filled().await;
    let deals = async |app: &App| {
        let view = app.risk(&RiskRequest::default()).await.expect("told");
        let mut ids: Vec<String> = view.deals.into_iter().map(|deal| deal.id).collect();
        ids.sort();
        ids
    };
    let page = app.reading_once();
    assert_eq!(deals(&page).await, ["salesforce:7", "salesforce:8"]);
    bring(&home, &app, "9", "7").await;

    assert_eq!(deals(&page).await.len(), 2, "one page is of one moment");
    let next = app.reading_once();
    assert_eq!(deals(&next).await.len(), 3);
    let rep = acting(&next, Role::Rep, Some("8"));
    assert_eq!(deals(&rep).await, ["salesforce:8"]);
}

/// What the overview of the pages is made of.
async fn overview(app: &App) {
    let outlook = OutlookRequest::default();
    app.forecast(&outlook).await.expect("forecast");
    app.pipeline_of(&outlook).await.expect("pipeline");
    app.pipeline_of(&outlook).await.expect("pipeline");
    app.risk(&RiskRequest::default()).await.expect("risk");
    let competitors = CompetitorsRequest::default();
    app.competitors(&competitors).await.expect("competitors");
    app.heard(&outlook).await.expect("heard");
    app.team(&outlook).await.expect("team");
}
