//! The disk, the archive, the index, the model, and the day's budget.

use std::path::Path;

use call_archive::{BudgetLeft, BudgetRules, IndexInfo, PostgresArchive, Status};

use super::check::Check;
use super::{embedder, encryption};
use crate::app::{App, Opened};
use crate::archive::Place;
use crate::index::homes::Home;
use crate::{Error, ErrorKind, MemorySettings, Settings, budget, model};

impl App {
    pub(super) async fn disk(&self) -> Vec<Check> {
        let folder = match self.data_dir() {
            Ok(folder) => folder.to_owned(),
            Err(error) => return vec![Check::failed("data.folder", &error)],
        };
        let looked = tokio::task::spawn_blocking(move || {
            let mut checks = vec![look(&folder)];
            if folder.exists() {
                checks.push(encryption::look(&folder));
            }
            checks
        });
        looked.await.unwrap_or_else(|_| {
            vec![Check::fail(
                "data.folder",
                "the folder could not be looked at",
            )]
        })
    }

    pub(super) async fn stored(&self) -> Vec<Check> {
        let mut checks = vec![self.embedder_check().await];
        let there = match self.has_archive().await {
            Ok(there) => there,
            Err(error) => {
                checks.push(Check::failed("archive", &error));
                return checks;
            }
        };
        if !there {
            checks.push(
                Check::skip("archive", "there is none yet").fix("gongkit sync, or gongkit demo"),
            );
            checks.push(Check::skip("index", "there is none yet"));
            checks.push(Check::skip("gong.quota", "nothing was counted yet"));
            return checks;
        }
        match self.opened().await {
            Err(error) => {
                checks.push(Check::failed("archive", &error));
                checks.push(Check::skip(
                    "index",
                    "not looked at: the archive does not open",
                ));
            }
            Ok(opened) => {
                checks.extend(self.of_archive(opened).await);
            }
        }
        checks
    }

    async fn of_archive(&self, opened: &Opened) -> Vec<Check> {
        let archive = &opened.archive;
        let status = match archive.status().await {
            Ok(status) => status,
            Err(error) => return vec![Check::failed("archive", &error.into())],
        };
        let mut checks = vec![self.kind_of_archive()];
        checks.extend(self.schema_of_database().await);
        checks.push(calls(&status));
        checks.push(match self.key_store() {
            Ok(keys) => key_file(&keys.place()),
            Err(error) => Check::failed("archive.key", &error),
        });
        checks.push(match archive.indexes().await {
            Ok(known) => index(&known, &status, &self.config().settings),
            Err(error) => Check::failed("index", &error.into()),
        });
        checks.extend(self.server_of_index().await);
        checks.push(match opened.budget.book().await {
            Ok(book) => {
                let rules = budget::rules(self.config());
                quota(&book.left(&rules, self.now()), &rules)
            }
            Err(error) => Check::failed("gong.quota", &error.into()),
        });
        checks
    }

    /// The server that remembers passages: a folder needs none.
    async fn server_of_index(&self) -> Option<Check> {
        const ID: &str = "index.server";
        let (address, prefix) = match self.shared.homes.chosen() {
            Ok(Home::Folder) => return None,
            Ok(Home::Qdrant { address, prefix }) => (address, prefix),
            Err(error) => return Some(Check::failed(ID, &error)),
        };
        let asked = async {
            let server = self.shared.homes.server(&address, &prefix)?;
            let version = server.connection.version().await?;
            // The version is told to everybody; this needs the key.
            server.connection.collections().await?;
            Ok::<_, Error>(version)
        };
        let is_plain = address.starts_with("http://");
        let is_near = MemorySettings::is_near(&address);
        Some(match asked.await {
            Err(error) => Check::failed(ID, &error),
            Ok(version) if is_plain && !is_near => {
                Check::warn(ID, format!("Qdrant {version} at {address}, without TLS"))
                    .why("whoever is on the way reads vectors, hashed words and the API key")
                    .fix("give Qdrant a certificate and write https://; docs/qdrant.md")
            }
            Ok(version) => Check::ok(ID, format!("Qdrant {version} at {address}")),
        })
    }

    fn kind_of_archive(&self) -> Check {
        const ID: &str = "archive.place";
        match (self.place(), self.where_it_is()) {
            (Ok(Place::Folder(_)), Ok(place)) => Check::ok(ID, format!("SQLite in {place}")),
            (Ok(Place::Database(_)), Ok(place)) => Check::ok(ID, format!("PostgreSQL: {place}")),
            (Err(error), _) | (_, Err(error)) => Check::failed(ID, &error),
        }
    }

    /// What of a database's schema waits for older processes: of a folder nothing does.
    async fn schema_of_database(&self) -> Option<Check> {
        const ID: &str = "archive.schema";
        let Ok(Place::Database(options)) = self.place() else {
            return None;
        };
        let status = match Box::pin(PostgresArchive::schema_status(&options)).await {
            Ok(status) => status,
            Err(error) => return Some(Check::failed(ID, &error.into())),
        };
        let names: Vec<&str> = status.pending.iter().map(|(_, name)| *name).collect();
        Some(if names.is_empty() {
            Check::ok(ID, "every migration is applied")
        } else {
            let what = format!("{} is pending", names.join(", "));
            Check::warn(ID, what)
                .why(format!(
                    "it waits for the end of older processes ({} connections); until `fence_up` is \
                     applied row-level security does not stand behind the queries",
                    status.older
                ))
                .fix("replace the older processes, then gongkit db migrate")
        })
    }
}

fn look(folder: &Path) -> Check {
    const ID: &str = "data.folder";
    let shown = folder.display();
    if !folder.exists() {
        return Check::skip(
            ID,
            format!("{shown} is made by the first command that stores something"),
        );
    }
    // A real file, made durable: a full or read-only disk shows here and not in the first sync.
    let probe = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        std::io::Write::write_all(&mut file, b"gongkit")?;
        file.as_file().sync_all()
    });
    if let Err(error) = probe {
        let error = Error::new(ErrorKind::Failed, format!("cannot write in {shown}"))
            .caused_by(error)
            .hint("check who owns the folder and whether the disk is full");
        return Check::failed(ID, &error);
    }
    if is_open_to_others(folder) {
        return Check::warn(
            ID,
            format!("{shown} can be read by other users of this machine"),
        )
        .why("the archive is sealed, but its key lies beside it")
        .fix(format!("chmod 700 {shown}"));
    }
    Check::ok(ID, format!("{shown} can be written"))
}

/// The archive was opened, so the key fits.
fn key_file(place: &str) -> Check {
    const ID: &str = "archive.key";
    if is_open_to_others(Path::new(place)) {
        return Check::warn(ID, format!("{place} can be read by other users"))
            .why("whoever has it can read every call")
            .fix(format!("chmod 600 {place}"));
    }
    Check::ok(
        ID,
        format!("{place} fits; keep a copy apart from the archive"),
    )
}

#[cfg(unix)]
pub(super) fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_open_to_others(_path: &Path) -> bool {
    false
}

fn calls(status: &Status) -> Check {
    let what = format!(
        "{} calls, {} with words, {} waiting for a transcript, {} private",
        status.calls, status.with_text, status.pending_text, status.private
    );
    Check::ok("archive", what)
}

fn index(known: &[IndexInfo], status: &Status, settings: &Settings) -> Check {
    const ID: &str = "index";
    if known.is_empty() {
        return Check::warn(ID, "there is none yet").fix("gongkit reindex");
    }
    if !known.iter().any(|info| embedder::fits(settings, info)) {
        let wanted = model::shown_name(settings);
        return Check::fail(ID, format!("there is none for the model {wanted}"))
            .why("vectors of two models have nothing to say to each other")
            .fix("gongkit reindex");
    }
    let waiting = status.with_text.saturating_sub(status.indexed);
    if !status.dead.is_empty() {
        return Check::warn(
            ID,
            format!(
                "{} calls were given up and are not found",
                status.dead.len()
            ),
        )
        .why("their jobs failed again and again")
        .fix("gongkit reindex");
    }
    if waiting > 0 {
        return Check::warn(
            ID,
            format!("{waiting} of {} calls wait for it", status.with_text),
        )
        .why("they are not found yet")
        .fix("gongkit sync");
    }
    Check::ok(ID, format!("holds all {} calls with words", status.indexed))
}

fn quota(left: &BudgetLeft, rules: &BudgetRules) -> Check {
    const ID: &str = "gong.quota";
    let pushed = left.pushed_until.map_or_else(String::new, |until| {
        format!("; Gong wants nobody to ask before {until}")
    });
    let what = format!(
        "{} of {} requests sent today from here; {} left, {} of them for a sync{pushed}",
        left.spent, rules.daily, left.interactive, left.background
    );
    if left.background == 0 || u64::from(left.interactive) * 10 <= u64::from(rules.daily) {
        return Check::warn(ID, what)
            .why("Gong counts all tools of a company together")
            .fix(format!(
                "wait until {}, or ask Gong's support for a higher limit and set \
                 gong.daily_requests",
                left.next_day
            ));
    }
    Check::ok(ID, what)
}

#[cfg(test)]
mod tests {
    use call_archive::{BudgetBook, IndexId, Priority, SlotRequest};
    use embeddings::{Embedder as _, HashEmbedder, Space};
    use jiff::Timestamp;

    use super::*;
    use crate::archive::archive_file;
    use crate::views::CheckStatus;
    use crate::{Config, Environment, Flags};

    fn settings(model: &str) -> Settings {
        let variables = [("GONGKIT__MODEL__NAME", model), ("HOME", "/nowhere")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::new(variables, || Timestamp::UNIX_EPOCH);
        let environment = environment.system_config("/nowhere/config.toml");
        let config = Config::load(&environment, &Flags::default());
        config.expect("right").settings
    }

    fn status(with_text: u64, indexed: u64) -> Status {
        let mut status = Status::default();
        status.with_text = with_text;
        status.indexed = indexed;
        status
    }

    fn known() -> Vec<IndexInfo> {
        let model = HashEmbedder::default().model().clone();
        vec![IndexInfo {
            id: IndexId("i".into()),
            space: Space::new(model, 1, "k").to_record(),
            created: Timestamp::UNIX_EPOCH,
        }]
    }

    #[test]
    fn an_index_is_well_when_it_is_of_the_model_and_holds_everything() {
        let check = |known: &[IndexInfo], status, model| {
            let view = index(known, &status, &settings(model)).into_view();
            (view.status, view.fix)
        };

        assert_eq!(
            check(&known(), status(3, 3), "hash"),
            (CheckStatus::Ok, None)
        );
        assert_eq!(
            check(&known(), status(3, 2), "hash"),
            (CheckStatus::Warn, Some("gongkit sync".into()))
        );
        let reindex = Some("gongkit reindex".to_owned());
        assert_eq!(
            check(&known(), status(3, 3), "all-MiniLM-L6-v2"),
            (CheckStatus::Fail, reindex.clone())
        );
        assert_eq!(
            check(&[], status(0, 0), "hash"),
            (CheckStatus::Warn, reindex)
        );
    }

    #[test]
    fn a_day_that_is_nearly_spent_is_a_warning() {
        let rules = BudgetRules {
            spacing: std::time::Duration::from_millis(400),
            daily: 10,
            kept: 2,
        };
        let asked = SlotRequest {
            priority: Priority::Interactive,
            rules,
            ready_in: std::time::Duration::ZERO,
        };
        let mut book = BudgetBook::default();
        let mut statuses = Vec::new();
        for _ in 0..10 {
            book.take(&asked, Timestamp::UNIX_EPOCH);
            let view = quota(&book.left(&rules, Timestamp::UNIX_EPOCH), &rules);
            statuses.push(view.status);
        }

        assert_eq!(statuses[..7], [CheckStatus::Ok; 7]);
        assert_eq!(statuses[7..], [CheckStatus::Warn; 3]);
    }

    #[test]
    fn a_folder_that_others_can_read_is_a_warning() {
        let folder = tempfile::tempdir().expect("a folder");
        #[cfg(unix)]
        for (mode, status) in [(0o700, CheckStatus::Ok), (0o755, CheckStatus::Warn)] {
            use std::os::unix::fs::PermissionsExt as _;
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path(), permissions).expect("changed");
            assert_eq!(look(folder.path()).status, status);
        }
        assert_eq!(look(&archive_file(folder.path())).status, CheckStatus::Skip);
    }
}
