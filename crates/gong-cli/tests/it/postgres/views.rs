//! The views of SQL count what `export` gives, in PostgreSQL too.

use super::Database;
use crate::views::{COUNTS, EQUAL, exported, gong};

#[tokio::test(flavor = "multi_thread")]
async fn views_and_exports_count_the_same() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (deals, sim) = gong().await;
    let home = database.machine(&sim);
    home.ok(&["keys", "init"]).await;

    let exported = exported(&home, &deals).await;

    let client = database.client().await;
    let tenant = "SET gongkit.tenant = 'default'";
    client.batch_execute(tenant).await.expect("set");
    let number = async |sql: &str| -> i64 {
        let row = client.query_one(sql, &[]).await;
        row.unwrap_or_else(|error| unreachable!("{sql}: {error:?}"))
            .get(0)
    };
    for (table, sql) in COUNTS {
        assert_eq!(exported[table], [number(sql).await; 4], "{table}");
    }
    for (one, other) in EQUAL {
        assert_eq!(number(one).await, number(other).await, "{one}");
    }
    sim.shutdown().await;
}
