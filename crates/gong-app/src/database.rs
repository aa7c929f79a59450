//! What is done with the archive's database as such.

use access::Operation;
use call_archive::{PostgresArchive, SchemaStatus, SqliteArchive};

use crate::archive::Place;
use crate::views::SchemaView;
use crate::{App, Error};

impl App {
    /// How far the schema of the archive has come; changes nothing.
    pub async fn schema(&self) -> Result<SchemaView, Error> {
        // Not recorded: opening the archive for that would change its schema.
        self.caller().may(Operation::DB_MIGRATE)?;
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
        self.permit(Operation::DB_MIGRATE).await?;
        // Opening is what migrates: the table that keeps the record may only be there afterwards.
        self.archive().await?;
        let work = self.schema();
        self.doing(Operation::DB_MIGRATE, "migrate", work, |_| "ok")
            .await
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
