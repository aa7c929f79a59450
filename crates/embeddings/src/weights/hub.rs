//! The Hugging Face hub, or a mirror of it, as a source.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, Response};
use tokio::{fs::File, io::AsyncWriteExt, time::timeout};

use super::{Event, Progress, Source, WeightFile, WeightSet};
use crate::Error;

/// Downloads from `{base}/{repository}/resolve/main/{file}`.
///
/// `main` may move; the sums do not, so another version is refused and never used by mistake.
#[derive(Clone, Debug)]
pub struct Hub {
    base: String,
    repository: String,
    answer_deadline: Duration,
}

const HUGGING_FACE: &str = "https://huggingface.co";
/// Company networks often swallow what goes to the hub: the next source should not wait for it.
const ANSWER_DEADLINE: Duration = Duration::from_secs(3);
/// The longest pause between two pieces of a file.
const PAUSE_DEADLINE: Duration = Duration::from_secs(30);
/// The longest download of one file: 90 MB at 100 kB/s.
const FILE_DEADLINE: Duration = Duration::from_mins(15);

impl Hub {
    /// The public hub's all-MiniLM-L6-v2.
    pub fn all_minilm_l6_v2() -> Self {
        Self::new(HUGGING_FACE, "sentence-transformers/all-MiniLM-L6-v2")
    }

    /// A repository on the hub at this base URL.
    pub fn new(base: impl Into<String>, repository: impl Into<String>) -> Self {
        let base = base.into().trim_end_matches('/').to_owned();
        Self {
            base,
            repository: repository.into(),
            answer_deadline: ANSWER_DEADLINE,
        }
    }

    /// Sets the base URL, for a mirror.
    #[must_use = "the hub is returned, not changed in place"]
    pub fn at(self, base: impl Into<String>) -> Self {
        Self {
            answer_deadline: self.answer_deadline,
            ..Self::new(base, self.repository)
        }
    }

    /// Sets how long the hub has to begin an answer; three seconds by default.
    #[must_use = "the hub is returned, not changed in place"]
    pub fn with_answer_deadline(mut self, deadline: Duration) -> Self {
        self.answer_deadline = deadline;
        self
    }

    fn download(&self, source: reqwest::Error) -> Error {
        Error::Download {
            from: self.base.clone(),
            source: source.without_url(),
        }
    }

    fn no_answer(&self, waited: Duration) -> Error {
        Error::NoAnswer {
            from: self.base.clone(),
            waited,
        }
    }

    fn answered(&self, file: &WeightFile, answer: impl Into<String>) -> Error {
        let (from, file) = (self.base.clone(), file.name.clone());
        Error::Answer {
            from,
            file,
            answer: answer.into(),
        }
    }

    async fn begin(&self, client: &Client, file: &WeightFile) -> Result<Response, Error> {
        let url = format!(
            "{}/{}/resolve/main/{}",
            self.base, self.repository, file.name
        );
        let response = timeout(self.answer_deadline, client.get(url).send())
            .await
            .map_err(|_| self.no_answer(self.answer_deadline))?
            .map_err(|error| self.download(error))?;
        if !response.status().is_success() {
            return Err(self.answered(file, response.status().to_string()));
        }
        Ok(response)
    }

    async fn save(
        &self,
        mut response: Response,
        file: &WeightFile,
        into: &Path,
        progress: impl Fn(u64),
    ) -> Result<(), Error> {
        let path = into.join(&file.name);
        let failed = |source| Error::File {
            action: "write",
            path: path.clone(),
            source,
        };
        let mut saved = File::create(&path).await.map_err(failed)?;

        let mut bytes = 0;
        while let Some(part) = response
            .chunk()
            .await
            .map_err(|error| self.download(error))?
        {
            bytes += part.len() as u64;
            if bytes > file.bytes {
                return Err(self.answered(file, format!("more than {} bytes", file.bytes)));
            }
            saved.write_all(&part).await.map_err(failed)?;
            progress(bytes);
        }
        saved.flush().await.map_err(failed)
    }
}

#[async_trait]
impl Source for Hub {
    fn name(&self) -> String {
        format!("hub {}", self.base)
    }

    async fn fetch(
        &self,
        set: &WeightSet,
        into: &Path,
        progress: &Arc<dyn Progress>,
    ) -> Result<(), Error> {
        let client = Client::builder().read_timeout(PAUSE_DEADLINE);
        let client = client.build().map_err(|error| self.download(error))?;
        let (source, total) = (self.name(), set.bytes());

        let mut before = 0;
        for file in set.files() {
            let response = self.begin(&client, file).await?;
            let advanced = |bytes| {
                progress.report(&Event::Bytes {
                    source: &source,
                    done: before + bytes,
                    total,
                });
            };
            timeout(FILE_DEADLINE, self.save(response, file, into, advanced))
                .await
                .map_err(|_| self.no_answer(FILE_DEADLINE))??;
            before += file.bytes;
        }
        Ok(())
    }
}
