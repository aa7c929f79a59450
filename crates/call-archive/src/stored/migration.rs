//! One step of a schema, and who can live with it.
//!
//! Replicas are replaced one by one, so processes of two versions work on one database. A migration
//! therefore either *expands*: it only adds what an older process can do without; or it *contracts*:
//! it takes something away, and says which migration a process must know to live without it. What
//! knows that one must work before and after.

/// A numbered change of the schema. It never changes once it was released.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    #[cfg_attr(
        not(any(test, feature = "postgres")),
        expect(dead_code, reason = "beside a folder's process there is no older one")
    )]
    pub(crate) step: Step,
    /// The checksum of what it was before the first release.
    formerly: Option<&'static str>,
}

/// What a migration does to older processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Expand,
    /// It takes away what processes that do not know this migration still need.
    Contract { since: i64 },
}

impl Migration {
    pub(crate) const fn expand(number: i64, name: &'static str, sql: &'static str) -> Self {
        Self {
            number,
            name,
            sql,
            step: Step::Expand,
            formerly: None,
        }
    }

    pub(crate) const fn contract(
        number: i64,
        name: &'static str,
        since: i64,
        sql: &'static str,
    ) -> Self {
        Self {
            step: Step::Contract { since },
            ..Self::expand(number, name, sql)
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) const fn formerly(self, checksum: &'static str) -> Self {
        Self {
            formerly: Some(checksum),
            ..self
        }
    }

    pub(crate) fn checksum(&self) -> String {
        blake3::hash(self.sql.as_bytes()).to_hex().to_string()
    }

    /// Whether a database with this checksum went through this migration.
    pub(crate) fn is_of(&self, checksum: &str) -> bool {
        self.checksum() == checksum || self.formerly == Some(checksum)
    }

    /// The migration that a process must know to live with this one.
    #[cfg(any(test, feature = "postgres"))]
    pub(crate) fn since(&self) -> i64 {
        match self.step {
            Step::Expand => 0,
            Step::Contract { since } => since,
        }
    }
}

/// Checks what must be true of every list of migrations.
#[cfg(test)]
pub(crate) fn check_list(all: &[Migration]) {
    for (place, migration) in (1..).zip(all) {
        let Migration { number, name, .. } = migration;
        assert_eq!(*number, place, "{name}");
        assert!(
            migration.since() < *number,
            "{name}: a version comes first that can do without"
        );
        if migration.step == Step::Expand {
            for line in migration.sql.lines() {
                assert!(
                    !takes_away(line, migration.sql),
                    "{number} {name} contracts: {line}"
                );
            }
        }
    }
}

#[cfg(test)]
fn takes_away(line: &str, sql: &str) -> bool {
    let said = line.split("--").next().unwrap_or("").to_uppercase();
    let takes = [
        "DROP ",
        "RENAME ",
        "TRUNCATE ",
        "DELETE FROM",
        "SET NOT NULL",
        "ALTER COLUMN",
        " TYPE ",
    ];
    // An older process does not write it.
    let asks_for_more =
        said.contains("ADD COLUMN") && said.contains("NOT NULL") && !said.contains("DEFAULT");
    // A new table may be fenced at once.
    let fences = said.contains("ROW LEVEL SECURITY") && !sql.contains("CREATE TABLE");
    takes.iter().any(|word| said.contains(word)) || asks_for_more || fences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_something_away_is_told_from_what_adds() {
        for (sql, wanted) in [
            ("CREATE TABLE t (n BIGINT NOT NULL);", false),
            ("ALTER TABLE t ADD COLUMN n BIGINT;", false),
            (
                "ALTER TABLE t ADD COLUMN n BIGINT NOT NULL DEFAULT 0;",
                false,
            ),
            ("ALTER TABLE t ADD COLUMN n BIGINT NOT NULL;", true),
            ("DROP INDEX i;", true),
            ("-- drop nothing", false),
            ("ALTER TABLE t RENAME COLUMN n TO m;", true),
            ("ALTER TABLE t ENABLE ROW LEVEL SECURITY;", true),
        ] {
            assert_eq!(takes_away(sql, sql), wanted, "{sql}");
        }
    }
}
