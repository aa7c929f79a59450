//! The competitors that a user watches, kept as a setting of the archive.

use std::path::Path;
use std::sync::Arc;

use access::Operation;
use call_archive::{Archive, Checkpoint};
use insights::{Watch, Watched, detectors};

use crate::app::App;
use crate::eval::lines::{CompetitorLine, read_lines};
use crate::views::neutral;
use crate::{Error, ErrorKind};

use super::Detectors;

/// The setting's name.
const NAME: &str = "insights.competitors";

impl App {
    /// Watches the competitors of a file, one JSON object a line, instead of those before; gives
    /// their number.
    pub async fn watch_competitors(&self, file: &Path) -> Result<usize, Error> {
        self.permit(Operation::TRACKERS_SAVE).await?;
        let work = async {
            let lines: Vec<CompetitorLine> = read_lines(file).await?;
            let text = serde_json::to_string(&lines).map_err(|error| {
                Error::new(ErrorKind::Failed, "the list could not be written").caused_by(error)
            })?;
            let entry = Checkpoint {
                name: NAME.to_owned(),
                value: text,
            };
            self.archive().await?.save(entry).await?;
            Ok(lines.len())
        };
        self.doing(
            Operation::TRACKERS_SAVE,
            "competitors",
            Box::pin(work),
            |_| "ok",
        )
        .await
    }
}

impl App {
    /// The detectors that are shipped, and the competitors that they watch for.
    pub(crate) async fn shipped(
        &self,
        archive: &dyn Archive,
    ) -> Result<(Detectors, Watched), Error> {
        let watched = load(archive).await?;
        Ok((Arc::new(detectors(&watched)), watched))
    }

    /// The names of the competitors that are watched, for whoever may ask about competitors. A name is a
    /// user's own text and belongs to no call.
    pub(crate) async fn watched_competitors(&self) -> Result<Vec<String>, Error> {
        let work = async {
            let archive = self.existing_archive().await?;
            let watched = load(archive.as_ref()).await?;
            let names = watched.competitors.iter();
            Ok(names.map(|watch| neutral(&watch.name)).collect())
        };
        self.reading(
            Operation::COMPETITORS,
            "suggest",
            Box::pin(work),
            |_: &Vec<String>| Vec::new(),
        )
        .await
    }
}

/// The competitors that are watched.
pub(super) async fn load(archive: &dyn Archive) -> Result<Watched, Error> {
    let mut watched = Watched::default();
    if let Some(text) = archive.load(NAME).await? {
        let lines: Vec<CompetitorLine> = serde_json::from_str(&text).map_err(|error| {
            Error::new(ErrorKind::Integrity, "the list of competitors is damaged").caused_by(error)
        })?;
        watched.competitors = lines
            .into_iter()
            .map(|line| Watch::new(line.name).with_aliases(line.aliases))
            .collect();
    }
    Ok(watched)
}
