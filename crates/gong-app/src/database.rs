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
        Ok(match self.place()? {
            Place::Folder(folder) => {
                let place = folder.display().to_string();
                let moving = SqliteArchive::moving_to(&self.open_options()?).await?;
                let status = SqliteArchive::schema_status(folder).await?;
                let mut view = schema_view("sqlite", place, status);
                view.moving = moving.map(|moving| moving.to_string());
                view
            }
            Place::Database(options) => {
                let status = Box::pin(PostgresArchive::schema_status(&options)).await?;
                schema_view("postgresql", options.place()?, status)
            }
        })
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

fn schema_view(kind: &'static str, place: String, status: SchemaStatus) -> SchemaView {
    SchemaView {
        kind,
        place,
        moving: None,
        applied: status
            .applied
            .into_iter()
            .map(|(number, name, at)| (number, name, at.to_string()))
            .collect(),
        pending: status.pending,
        older: status.older,
    }
}
