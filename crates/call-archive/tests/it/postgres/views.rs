//! The views in PostgreSQL, as the role of docs/sql.md asks them.

use std::collections::BTreeMap;

use call_archive::{Class, classes};
use rusqlite::Connection;
use serde_json::Value;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::fixture::open;
use crate::views::{Seen, check, documented, fill, seen, sql_below};

use super::server::Place;

/// The roles of the page, under names that no other test has, and a connection of the one who asks.
async fn analyst(place: &Place) -> Client {
    let schema = &place.schema;
    let [setup] = &sql_below("\n## Asking in PostgreSQL\n")[..] else {
        unreachable!("one block");
    };
    let setup = setup
        .replace("SCHEMA public", &format!("SCHEMA {schema}"))
        .replace("gongkit_reader", &format!("{schema}_reader"))
        .replace("analyst", &format!("{schema}_analyst"));
    let made = place.client().await.batch_execute(&setup).await;
    made.expect("the roles of the page can be made");
    place.as_role(&format!("{schema}_analyst")).await
}

async fn shown(on: &Client) -> Seen {
    let mut seen = Seen::new();
    for view in documented().into_keys() {
        let sql = format!("SELECT row_to_json(v)::text FROM {view} v");
        let rows = on.query(&sql, &[]).await;
        let rows = rows.unwrap_or_else(|error| unreachable!("{view}: {error:?}"));
        let rows = rows.iter().map(|row| {
            let row: String = row.get(0);
            serde_json::from_str(&row).expect("an object")
        });
        seen.insert(view, rows.collect());
    }
    seen
}

/// The rows without names that were drawn or keyed, in one order, with every number in one form.
fn comparable(mut seen: Seen) -> BTreeMap<String, Vec<String>> {
    seen.iter_mut()
        .map(|(view, rows)| {
            let mut texts: Vec<String> = rows
                .iter_mut()
                .map(|row| {
                    row.remove("index_id");
                    for cell in row.values_mut() {
                        if let Some(number) = cell.as_f64() {
                            *cell = Value::from(number);
                        }
                    }
                    Value::Object(row.clone()).to_string()
                })
                .collect();
            texts.sort();
            (view.clone(), texts)
        })
        .collect()
}

async fn refusal(on: &Client, sql: &str) -> Option<SqlState> {
    let refused = on.batch_execute(sql).await.err()?;
    refused.code().cloned()
}

#[tokio::test]
async fn who_has_the_role_of_the_page_sees_the_views_as_in_a_folder_and_nothing_else() {
    let Some(place) = Place::new().await else {
        return;
    };
    fill(&place.open().await).await;
    let folder = tempfile::tempdir().expect("a folder");
    fill(&open(folder.path()).await).await;
    let beside = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let analyst = analyst(&place).await;

    let withheld = shown(&analyst).await;
    check(&withheld);
    let states = withheld["v_call_states"].iter();
    let mut states = states.map(|row| row["state"].as_str());
    assert!(states.all(|state| state != Some("private")));
    let include = "SET gongkit.private = 'included'";
    analyst.batch_execute(include).await.expect("set");
    let all = shown(&analyst).await;
    check(&all);
    assert_eq!(comparable(all), comparable(seen(&beside)));
    for example in sql_below("\n## Examples\n") {
        let rows = analyst.query(&example, &[]).await;
        let rows = rows.unwrap_or_else(|error| unreachable!("{example}: {error:?}"));
        assert!(!rows.is_empty(), "{example}");
    }

    for column in classes() {
        let (table, column, is_clear) = (column.table, column.column, column.class == Class::Clear);
        let sql = format!("SELECT {column} FROM {table} LIMIT 0");
        let refused = refusal(&analyst, &sql).await;
        let is_hash = column.ends_with("hash") || column == "mac" || column == "person";
        if !is_clear || is_hash {
            assert_eq!(refused, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{sql}");
        }
    }
    let writing = refusal(&analyst, "DELETE FROM labels").await;
    assert!(writing.is_some(), "it reads only");
    analyst
        .batch_execute("SET gongkit.tenant = 'other'")
        .await
        .expect("set");
    for (view, rows) in shown(&analyst).await {
        assert!(rows.is_empty(), "{view} shows another tenant's rows");
    }
}

#[tokio::test]
async fn each_view_has_the_columns_of_the_page_and_asks_with_the_rights_of_who_asks() {
    let Some(place) = Place::new().await else {
        return;
    };
    drop(place.open().await);
    let client = place.client().await;
    let sql = "SELECT c.relname::text, coalesce(c.reloptions::text, ''),
                 array_agg(a.attname::text ORDER BY a.attnum)
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
               WHERE c.relkind = 'v' AND c.relnamespace = current_schema()::regnamespace
               GROUP BY c.relname, c.reloptions ORDER BY 1";
    let rows = client.query(sql, &[]).await.expect("read");

    let mut live = BTreeMap::new();
    for row in rows {
        let (view, options): (String, String) = (row.get(0), row.get(1));
        assert!(options.contains("security_invoker=true"), "{view}");
        live.insert(view, row.get::<_, Vec<String>>(2));
    }

    assert_eq!(live, documented());
}
