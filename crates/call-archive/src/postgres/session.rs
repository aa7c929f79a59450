//! What a connection says of its process: which migrations it knows, and in which schema it works.
//!
//! It says so in its name (`application_name`), which everybody may read in `pg_stat_activity`:
//! `gongkit/13`, or `gongkit/13/SCHEMA` where the schema is not the usual one. A name without a
//! number is that of a process from before this rule.

use deadpool_postgres::Transaction;

use crate::Error;

use super::query::rows;

const NAME: &str = "gongkit";
/// What PostgreSQL keeps of a name.
const LONGEST: usize = 63;

/// The name of a connection.
pub(super) fn name(newest: i64, schema: Option<&str>) -> String {
    let mut name = match schema {
        None => format!("{NAME}/{newest}"),
        Some(schema) => format!("{NAME}/{newest}/{schema}"),
    };
    while name.len() > LONGEST {
        name.pop();
    }
    name
}

/// How many connections of the same archive belong to processes that do not know a migration.
pub(super) async fn older(on: &Transaction<'_>, since: i64) -> Result<u64, Error> {
    let sql = "SELECT application_name::text, current_setting('application_name')
               FROM pg_stat_activity WHERE datname = current_database()
                 AND application_name LIKE 'gongkit%'";
    let mut older = 0;
    for row in rows(on, sql, &[]).await? {
        let (name, ours): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        older += u64::from(is_older(&name, &ours, since));
    }
    Ok(older)
}

fn is_older(name: &str, ours: &str, since: i64) -> bool {
    let mut said = name.splitn(3, '/');
    if said.next() != Some(NAME) {
        return false;
    }
    let Some(newest) = said.next() else {
        return true;
    };
    let (schema, our_schema) = (said.next(), ours.splitn(3, '/').nth(2));
    newest.parse::<i64>().is_ok_and(|newest| newest < since) && schema == our_schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_processes_of_the_same_archive_are_told_from_all_others() {
        for (connection, ours, wanted) in [
            ("gongkit", "gongkit/13", true),
            ("gongkit", "gongkit/13/a", true),
            ("gongkit/9", "gongkit/13", true),
            ("gongkit/10", "gongkit/13", false),
            ("gongkit/13", "gongkit/13", false),
            ("gongkit/9/a", "gongkit/13/a", true),
            ("gongkit/9/a/b", "gongkit/13/a/b", true),
            ("gongkit/9/a", "gongkit/13/b", false),
            ("gongkit/9/a", "gongkit/13", false),
            ("gongkit_backup", "gongkit/13", false),
            ("psql", "gongkit/13", false),
        ] {
            assert_eq!(
                is_older(connection, ours, 10),
                wanted,
                "{connection}, {ours}"
            );
        }
    }

    #[test]
    fn a_name_is_no_longer_than_what_is_kept_of_it() {
        let long = "s".repeat(80);

        assert_eq!(name(13, None), "gongkit/13");
        assert_eq!(name(13, Some("s")), "gongkit/13/s");
        assert_eq!(name(13, Some(&long)).len(), LONGEST);
    }
}
