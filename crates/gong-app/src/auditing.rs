//! The audit log for whoever checks it: verified, held elsewhere, exported.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use access::Operation;
use call_archive::{Archive, AuditCheck, AuditHead, AuditRecord};

use crate::app::App;
use crate::recorder::PATIENCE;
use crate::views::{AuditKeyView, AuditLine, AuditVerifyView, CheckpointView, OcsfLine};
use crate::{Error, ErrorKind};

/// Records that are read together.
const PAGE: usize = 1_000;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditFormat {
    /// Our own records, one JSON object a line: what docs/audit.md verifies.
    Jsonl,
    /// API Activity of the Open Cybersecurity Schema Framework, one event a line.
    Ocsf,
}

impl App {
    /// Checks every record, and that nothing is missing that the checkpoint in this file names.
    pub async fn audit_verify(&self, checkpoint: Option<&Path>) -> Result<AuditVerifyView, Error> {
        let work = async {
            let archive = self.existing_archive().await?.as_ref();
            let heads = match checkpoint {
                Some(file) => read_checkpoint(file)?,
                None => Vec::new(),
            };
            let mut check = AuditCheck::new(archive.audit_key().await?, heads);
            let damaged = |error: call_archive::BadRecord| {
                Error::new(
                    ErrorKind::Integrity,
                    "the audit log is not what was written",
                )
                .caused_by(error)
                .hint("compare with an export or a backup from before; see docs/audit.md")
            };
            each_record(archive, |record| check.take(record).map_err(damaged)).await?;
            let (records, ends) = check.finish().map_err(damaged)?;
            Ok(AuditVerifyView {
                records,
                chains: ends.iter().map(Into::into).collect(),
                is_held_to_checkpoint: checkpoint.is_some(),
            })
        };
        self.reading(Operation::AUDIT_VERIFY, "", work, |_| Vec::new())
            .await
    }

    /// The ends of the chains, to be kept elsewhere; written to a file as well if one is named.
    pub async fn audit_checkpoint(&self, out: Option<&Path>) -> Result<CheckpointView, Error> {
        let work = async {
            let archive = self.existing_archive().await?.as_ref();
            self.shared.recorder.flush(archive).await?;
            let heads = archive.audit_heads().await?;
            let view = CheckpointView::new(self.now(), &heads);
            if let Some(file) = out {
                let text = serde_json::to_string_pretty(&view)
                    .map_err(|error| unwritten(file).caused_by(error))?;
                let to = file.to_owned();
                tokio::task::spawn_blocking(move || write_new(&to, &(text + "\n")))
                    .await
                    .map_err(|error| unwritten(file).caused_by(error))?
                    .map_err(|error| match error.kind() {
                        std::io::ErrorKind::AlreadyExists => is_there(file),
                        _ => unwritten(file).caused_by(error),
                    })?;
            }
            Ok(view)
        };
        self.reading(Operation::AUDIT_CHECKPOINT, "", work, |_| Vec::new())
            .await
    }

    /// Gives the key of the chain out, so that an export can be verified where the archive's own
    /// keys must not be.
    pub async fn audit_key(&self) -> Result<AuditKeyView, Error> {
        let work = async {
            let archive = self.existing_archive().await?.as_ref();
            Ok(AuditKeyView {
                tenant: self.caller().tenant().as_str().to_owned(),
                key: archive.audit_key().await?.reveal().as_str().to_owned(),
            })
        };
        self.reading(Operation::AUDIT_KEY, "", work, |_| Vec::new())
            .await
    }

    /// Gives every record as a line, and their number.
    pub async fn audit_export(
        &self,
        format: AuditFormat,
        mut line: impl FnMut(&str) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let work = async {
            let archive = self.existing_archive().await?.as_ref();
            self.shared.recorder.flush(archive).await?;
            let mut written = 0;
            each_record(archive, |record| {
                let text = match format {
                    AuditFormat::Jsonl => serde_json::to_string(&AuditLine::new(record)),
                    AuditFormat::Ocsf => serde_json::to_string(&OcsfLine::new(record)),
                };
                let text = text.map_err(|error| {
                    Error::new(ErrorKind::Failed, "a record could not be written").caused_by(error)
                })?;
                written += 1;
                line(&text)
            })
            .await?;
            Ok(written)
        };
        self.reading(Operation::AUDIT_EXPORT, "", work, |_| Vec::new())
            .await
    }

    /// Writes waiting records every second until the app is stopped: a server runs it beside its
    /// requests, and [`finish`](Self::finish)es in the end.
    pub async fn keep_records(&self) {
        let patience = PATIENCE.unsigned_abs();
        loop {
            tokio::select! {
                () = tokio::time::sleep(patience) => {
                    if let Err(error) = self.finish().await {
                        tracing::error!(error = %error.chain(), "the audit log is behind");
                    }
                }
                () = self.shared.stop.cancelled() => return,
            }
        }
    }

    /// Writes what still waits to be recorded.
    pub async fn finish(&self) -> Result<(), Error> {
        if !self.keeps_records().await? {
            return Ok(());
        }
        let archive = self.archive().await?.as_ref();
        let flushed = self.shared.recorder.flush(archive).await;
        flushed.map_err(crate::acting::unrecorded)
    }
}

/// Reads the log in pages, chain by chain.
async fn each_record(
    archive: &dyn Archive,
    mut take: impl FnMut(&AuditRecord) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after: Option<AuditHead> = None;
    loop {
        let page = archive.audit_records(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.head());
        for record in &page {
            take(record)?;
        }
    }
}

fn read_checkpoint(file: &Path) -> Result<Vec<AuditHead>, Error> {
    let wrong = || {
        let what = format!("{} is no checkpoint of an audit log", file.display());
        Error::new(ErrorKind::Usage, what).hint("`gongkit audit checkpoint --out FILE` writes one")
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong().caused_by(error))?;
    let view: CheckpointView =
        serde_json::from_str(&text).map_err(|error| wrong().caused_by(error))?;
    view.heads().ok_or_else(wrong)
}

/// Writes a file that was not there, for its owner alone; follows no link.
pub(crate) fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(file)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()
}

fn is_there(file: &Path) -> Error {
    let what = format!("{} is there already", file.display());
    Error::new(ErrorKind::Usage, what)
        .hint("a checkpoint replaces nothing: name a new file, such as one with the date")
}

fn unwritten(file: &Path) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!("cannot write {}", file.display()),
    )
}
