//! What is kept, as a file for other programs: calls, what was said, findings, deals.
//!
//! An export asks the same use cases as everybody does, so it holds what its reader may see and
//! nothing else; private calls are never in it. It lies outside of erasure: whoever has the file
//! keeps what is in it.

mod columns;
mod csv_form;
mod json_lines;
mod markdown;
mod parquet_form;
mod rows;
mod table;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use access::Operation;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::calls::CallsRequest;
use crate::views::{CallRowView, ExportView};
use crate::{DealsRequest, Error, ErrorKind, SearchFilters};

use table::Cell;

/// Calls that are asked for at once.
const PAGE: NonZeroUsize = NonZeroUsize::new(200).expect("not zero");

/// What is exported: one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportTable {
    /// One row a call.
    Calls,
    /// One row a sentence.
    Transcripts,
    /// One row a finding.
    Findings,
    /// One row a deal, as it is now.
    Deals,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportForm {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated; cells that a spreadsheet would take for a formula begin with an apostrophe.
    Csv,
    /// Columns, for programs that read many rows.
    Parquet,
    /// For people: a table, or what was said call by call.
    Markdown,
}

/// What is to be exported, and where to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExportRequest {
    /// The table.
    pub table: ExportTable,
    /// The form.
    pub form: ExportForm,
    /// Which calls; deals are not narrowed.
    pub filters: SearchFilters,
    /// The new file.
    pub out: PathBuf,
}

impl ExportRequest {
    /// A whole table into a new file.
    pub fn new(table: ExportTable, form: ExportForm, out: impl Into<PathBuf>) -> Self {
        Self {
            table,
            form,
            filters: SearchFilters::default(),
            out: out.into(),
        }
    }
}

impl App {
    /// Writes a table into a file that was not there, for its owner alone, whole or not at all.
    pub async fn export(&self, request: &ExportRequest) -> Result<ExportView, Error> {
        let asked = format!("{:?} {:?}", request.table, request.form);
        let work = Box::pin(self.exported(request));
        self.reading(Operation::EXPORT, &asked, work, |_| Vec::new())
            .await
    }

    async fn exported(&self, request: &ExportRequest) -> Result<ExportView, Error> {
        if request.filters.include_private {
            return Err(Error::new(
                ErrorKind::Usage,
                "private calls are never exported",
            ));
        }
        let mut draft = Draft::new(&request.out)?;
        let columns = columns::of(request.table);
        let mut writer = table::writer(request.form, request.table, columns, draft.file()?)
            .map_err(|error| unwritten(&request.out, error))?;
        let (mut rows, mut calls) = (0, 0);
        let stop = self.shared.stop.clone();
        if request.table == ExportTable::Deals {
            let deals = self.deals(&DealsRequest::default()).await?;
            for deal in &deals.deals {
                rows += 1;
                let written = writer.row(&rows::of_deal(deal));
                written.map_err(|error| unwritten(&request.out, error))?;
            }
        } else {
            let mut list = CallsRequest::new(PAGE);
            list.filters = request.filters.clone();
            loop {
                let page = self.calls(&list).await?;
                for call in &page.calls {
                    going_on(&stop)?;
                    calls += 1;
                    for row in self.rows_of(request.table, call).await? {
                        rows += 1;
                        let written = writer.row(&row);
                        written.map_err(|error| unwritten(&request.out, error))?;
                    }
                }
                match page.next {
                    Some(next) => list.after = Some(next),
                    None => break,
                }
            }
        }
        let finished = writer.finish().and_then(|file| file.sync_all());
        finished.map_err(|error| unwritten(&request.out, error))?;
        draft.keep()?;
        Ok(ExportView {
            file: request.out.display().to_string(),
            rows,
            calls,
        })
    }

    async fn rows_of(
        &self,
        table: ExportTable,
        call: &CallRowView,
    ) -> Result<Vec<Vec<Cell>>, Error> {
        Ok(match table {
            ExportTable::Calls => vec![rows::of_call(call)],
            ExportTable::Transcripts if call.transcript == "present" => {
                rows::of_sentences(&self.show(&call.id, false).await?)
            }
            ExportTable::Findings if call.transcript == "present" => {
                rows::of_findings(&self.insights(&call.id, false).await?)
            }
            _ => Vec::new(),
        })
    }
}

fn going_on(stop: &CancellationToken) -> Result<(), Error> {
    if stop.is_cancelled() {
        return Err(Error::new(
            ErrorKind::Cancelled,
            "stopped on request; no file was written",
        ));
    }
    Ok(())
}

fn unwritten(file: &Path, error: io::Error) -> Error {
    let what = format!("the export cannot be written to {}", file.display());
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "make the folder first, or name a file in one that is there",
        _ => "see whether the disk is full and who may write there; nothing is left of it",
    };
    Error::new(ErrorKind::Failed, what)
        .hint(hint)
        .caused_by(error)
}

/// A file that is not there until it is whole.
struct Draft {
    part: PathBuf,
    to: PathBuf,
    is_ours: bool,
}

impl Draft {
    fn new(to: &Path) -> Result<Self, Error> {
        if to.exists() {
            let what = format!("{} is there already", to.display());
            return Err(Error::new(ErrorKind::Usage, what)
                .hint("an export replaces nothing: name a new file"));
        }
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        Ok(Self {
            part: to.with_file_name(name),
            to: to.to_owned(),
            is_ours: false,
        })
    }

    fn file(&mut self) -> Result<BufWriter<File>, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&self.part) {
            Ok(file) => {
                self.is_ours = true;
                Ok(BufWriter::new(file))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let what = format!("{} is there already", self.part.display());
                Err(Error::new(ErrorKind::Usage, what)
                    .hint("another export writes it, or one was killed: then remove it"))
            }
            Err(error) => Err(unwritten(&self.part, error)),
        }
    }

    /// Gives it its name, unless something else took that in the meantime.
    fn keep(self) -> Result<(), Error> {
        let linked = fs::hard_link(&self.part, &self.to);
        // Some file systems have no second names.
        let kept = linked.or_else(|error| {
            if self.to.exists() {
                return Err(error);
            }
            fs::rename(&self.part, &self.to)
        });
        kept.map_err(|error| unwritten(&self.to, error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What was kept has its own name; what was not must not stay.
        if self.is_ours {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Ends what buffers, and gives the file back.
fn into_file(mut buffered: BufWriter<File>) -> io::Result<File> {
    buffered.flush()?;
    buffered
        .into_inner()
        .map_err(io::IntoInnerError::into_error)
}
