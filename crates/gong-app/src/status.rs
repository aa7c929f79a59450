//! How far the archive and the index are: what answers rest on.

use access::{Operation, Permission, Reach};
use call_archive::CallQuery;
use gong_sync::{Sync, SyncOptions};

use crate::app::App;
use crate::views::{CompanyStatusView, ExtentView, StatusView};
use crate::{Error, budget, model};

impl App {
    /// What an answer rests on, for beside it; the answer itself is what is recorded.
    pub async fn extent(&self, include_private: bool) -> Result<ExtentView, Error> {
        self.permit(Operation::STATUS).await?;
        Ok(self.seen_by_caller(include_private).await?.0)
    }

    /// How far the archive and the index are. Who does not see every call is told of his own only.
    pub async fn status(&self) -> Result<StatusView, Error> {
        let work = async {
            let (extent, newest_call) = self.seen_by_caller(false).await?;
            let company = if self.sees_all() {
                Some(self.of_company().await?)
            } else {
                None
            };
            let limitations = limitations(&extent, company.as_ref());
            Ok(StatusView {
                extent,
                newest_call,
                company,
                limitations,
            })
        };
        self.reading(Operation::STATUS, "status", Box::pin(work), |_| Vec::new())
            .await
    }

    /// What the caller's calls are, and when the newest of them began.
    async fn seen_by_caller(
        &self,
        include_private: bool,
    ) -> Result<(ExtentView, Option<String>), Error> {
        let archive = self.existing_archive().await?;
        let scope = self.scope_of(Operation::STATUS, include_private)?;
        let mut query = CallQuery::default();
        query.limit = 1;
        let page = archive.list(&scope, &query).await?;
        let without_transcript = if self.sees_all() {
            let status = archive.status().await?;
            Some(page.total.saturating_sub(status.with_text))
        } else {
            None
        };
        let sync = Sync::new(self.bare_parts(archive, SyncOptions::default()));
        let extent = ExtentView {
            calls: page.total,
            without_transcript,
            synced_through: sync.updated().await?.map(|at| at.to_string()),
        };
        let newest = page.calls.first().map(|(call, _)| call.started.to_string());
        Ok((extent, newest))
    }

    async fn of_company(&self) -> Result<CompanyStatusView, Error> {
        let opened = self.opened().await?;
        let status = opened.archive.status().await?;
        let book = opened.budget.book().await?;
        let left = book.left(&budget::rules(self.config()), self.now());
        Ok(CompanyStatusView {
            with_transcript: status.with_text,
            waiting_for_transcript: status.pending_text,
            indexed: status.indexed,
            jobs_waiting: status.jobs.iter().map(|(_, jobs)| jobs).sum(),
            jobs_dead: status.dead.len() as u64,
            private: status.private,
            requests_left: left.interactive,
            model: model::shown_name(&self.config().settings),
        })
    }

    fn sees_all(&self) -> bool {
        self.caller().reach(Permission::CallsRead) == Reach::All
    }
}

/// What cannot be relied upon.
fn limitations(extent: &ExtentView, company: Option<&CompanyStatusView>) -> Vec<String> {
    let mut limitations = Vec::new();
    if extent.synced_through.is_none() {
        limitations.push("No sync has come to its end yet: calls may be missing.".to_owned());
    }
    let Some(company) = company else {
        limitations.push("Only calls that you may see are counted.".to_owned());
        return limitations;
    };
    let behind = company.with_transcript.saturating_sub(company.indexed);
    for (count, what) in [
        (
            behind,
            "with words wait for the index and are not found by search",
        ),
        (
            company.jobs_dead,
            "were given up by the index and are not found by search",
        ),
        (company.waiting_for_transcript, "have no transcript yet"),
    ] {
        if count > 0 {
            limitations.push(format!("{count} calls {what}."));
        }
    }
    if company.model == "hash" {
        limitations.push("The model for tests is set: search goes by words only.".to_owned());
    }
    limitations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_found_is_said() {
        let extent = ExtentView {
            calls: 5,
            without_transcript: Some(1),
            synced_through: Some("2026-03-02T10:00:00Z".to_owned()),
        };
        let mut company = CompanyStatusView {
            with_transcript: 4,
            indexed: 4,
            ..CompanyStatusView::default()
        };
        assert!(limitations(&extent, Some(&company)).is_empty());

        company.indexed = 1;
        let said = limitations(&extent, Some(&company));
        assert_eq!(
            said,
            ["3 calls with words wait for the index and are not found by search."]
        );
        assert_eq!(limitations(&ExtentView::default(), None).len(), 2);
    }
}
