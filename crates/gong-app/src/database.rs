//! What is done with the archive's database as such.

use call_archive::{PostgresArchive, SchemaStatus, SqliteArchive};

use crate::archive::Place;
use crate::views::SchemaView;
use crate::{App, Error};

impl App {
    /// How far the schema of the archive has come; changes nothing.
    pub async fn schema(&self) -> Result<SchemaView, Error> {
        let (kind, status) = match self.place()? {
            Place::Folder(folder) => ("sqlite", SqliteArchive::schema_status(folder).await?),
            Place::Database(options) => {
                let status = Box::pin(PostgresArchive::schema_status(&options)).await?;
                ("postgresql", status)
            }
        };
        Ok(schema_view(kind, status))
    }

    /// Brings the schema of the archive up to date.
    pub async fn migrate(&self) -> Result<SchemaView, Error> {
        self.archive().await?;
        self.schema().await
    }
}

fn schema_view(kind: &'static str, status: SchemaStatus) -> SchemaView {
    SchemaView {
        kind,
        applied: status
            .applied
            .into_iter()
            .map(|(number, name, at)| (number, name, at.to_string()))
            .collect(),
        pending: status.pending,
    }
}
