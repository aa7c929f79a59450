//! Deals from a CSV file, as of a day.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use access::{Operation, Scope};
use call_archive::{Account, AccountQuery, Archive, DealNews, DealOutcome, HashKey};
use conversation::{AccountId, DealId, DealSnapshot, DealSource, UserId};
use jiff::Timestamp;

use crate::app::App;
use crate::views::{BadLineView, DealsImportView};
use crate::{Error, ErrorKind};

use super::csv_file::{BadLine, Line, read};
use super::linking::histories;

/// A larger file is no list of deals.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;
/// How many deals are stored in one transaction.
const BATCH: usize = 500;

/// A file of deals.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DealsImport {
    /// The file.
    pub file: PathBuf,
    /// When it was so; now if it is not said.
    pub as_of: Option<Timestamp>,
    /// Lines that cannot be read are left out, instead of the whole file.
    pub skip_bad: bool,
}

impl DealsImport {
    /// A file as of now, taken as a whole or not at all.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            as_of: None,
            skip_bad: false,
        }
    }
}

impl App {
    /// Takes the deals of a CSV file. A line that cannot be read is told with what is wrong, and
    /// nothing of the file is stored, unless bad lines are to be skipped.
    pub async fn import_deals(&self, request: &DealsImport) -> Result<DealsImportView, Error> {
        self.permit(Operation::DEALS_IMPORT).await?;
        let work = Box::pin(self.deals_imported(request));
        let asked = format!("{:?} {}", request.as_of, request.skip_bad);
        let ended = |view: &DealsImportView| if view.stored { "ok" } else { "refused" };
        self.doing(Operation::DEALS_IMPORT, &asked, work, ended)
            .await
    }

    async fn deals_imported(&self, request: &DealsImport) -> Result<DealsImportView, Error> {
        let now = self.now();
        let as_of = request.as_of.unwrap_or(now).min(now);
        let bytes = self.deals_file(request).await?;
        let settings = &self.config().settings.pipeline;
        let (lines, bad) = read(&bytes, &settings.crm, self.currency())?;
        let mut view = DealsImportView {
            as_of: crate::views::in_seconds(as_of),
            read: (lines.len() + bad.len()) as u64,
            bad: bad.iter().map(bad_view).collect(),
            ..DealsImportView::default()
        };
        if !bad.is_empty() && !request.skip_bad {
            return Ok(view);
        }
        let archive = Arc::clone(self.archive().await?);
        let names = Names::of(&archive, &lines).await?;
        for batch in lines.chunks(BATCH) {
            let mut news = DealNews::default();
            for line in batch {
                let snapshot = names.snapshot(line, as_of, &mut news.accounts);
                news.snapshots.push(snapshot);
            }
            for outcome in archive.put_deals(&news).await? {
                match outcome {
                    DealOutcome::Added => view.added += 1,
                    DealOutcome::Known => view.unchanged += 1,
                    _ => view.refused += 1,
                }
            }
        }
        view.stored = true;
        view.unknown_owners = names.unknown_owners.len() as u64;
        let rules = self.pipeline();
        let stages = lines
            .iter()
            .filter_map(|line| line.snapshot.stage.as_deref());
        let unknown: BTreeSet<&str> = stages.filter(|stage| !rules.knows(stage)).collect();
        view.unknown_stages = unknown.into_iter().map(crate::views::neutral).collect();
        self.link_calls(&archive).await?;
        Ok(view)
    }

    async fn deals_file(&self, request: &DealsImport) -> Result<Vec<u8>, Error> {
        let file = request.file.clone();
        let unreadable = |error: std::io::Error| {
            let kind = match error.kind() {
                std::io::ErrorKind::NotFound => ErrorKind::NotFound,
                _ => ErrorKind::Failed,
            };
            let what = format!("cannot read {}", request.file.display());
            Error::new(kind, what).caused_by(error)
        };
        let length = tokio::fs::metadata(&file).await.map_err(unreadable)?.len();
        if length > LARGEST_FILE {
            return Err(Error::new(
                ErrorKind::Usage,
                "the file is larger than 256 MiB",
            ));
        }
        tokio::fs::read(&file).await.map_err(unreadable)
    }
}

fn bad_view(bad: &BadLine) -> BadLineView {
    BadLineView {
        line: bad.line,
        column: bad.column,
        problem: bad.problem,
        hint: bad.hint,
    }
}

/// What names in a file mean.
struct Names {
    key: HashKey,
    accounts: BTreeMap<String, AccountId>,
    /// The accounts that deals were known to belong to.
    by_deal: BTreeMap<DealId, AccountId>,
    owners: BTreeMap<String, UserId>,
    unknown_owners: BTreeSet<String>,
}

impl Names {
    async fn of(archive: &Arc<dyn Archive>, lines: &[Line]) -> Result<Self, Error> {
        let mut names = Self {
            key: archive.hash_key().await?,
            accounts: BTreeMap::new(),
            by_deal: BTreeMap::new(),
            owners: BTreeMap::new(),
            unknown_owners: BTreeSet::new(),
        };
        for name in lines.iter().filter_map(|line| line.account.as_ref()) {
            if !names.accounts.contains_key(name) {
                let id = names.account(archive.as_ref(), name).await?;
                names.accounts.insert(name.clone(), id);
            }
        }
        for address in lines.iter().filter_map(|line| line.owner_email.as_ref()) {
            if names.owners.contains_key(address) {
                continue;
            }
            let Some(hash) = names.key.email(address) else {
                continue;
            };
            match archive.users_by_email(&hash).await?.into_iter().next() {
                Some(user) => {
                    names.owners.insert(address.clone(), user.id);
                }
                None => {
                    names.unknown_owners.insert(address.clone());
                }
            }
        }
        let scope = Scope::internal();
        for deal in histories(archive.as_ref(), &scope, Timestamp::MAX, None).await? {
            let account = deal.latest().and_then(|known| known.account);
            let account = account.filter(|account| !is_made_up(account));
            names
                .by_deal
                .extend(account.map(|account| (deal.deal().clone(), account)));
        }
        Ok(names)
    }

    /// The account of a name: one that the CRM names so, if there is exactly one; of a domain, the
    /// domain's; else one by the name alone.
    async fn account(&self, archive: &dyn Archive, name: &str) -> Result<AccountId, Error> {
        let known = archive
            .accounts(&AccountQuery::Name(name.to_owned()))
            .await?;
        let mut of_crm = known.into_iter().filter(|known| !is_made_up(&known.id));
        if let (Some(one), None) = (of_crm.next(), of_crm.next()) {
            return Ok(one.id);
        }
        let by_name = || {
            let hash = self.key.account_name(name);
            format!("name:{}", hash.get(..32).unwrap_or(&hash))
        };
        let is_domain = name.contains('.')
            && !name.contains(['@', ':', '/'])
            && !name.contains(char::is_whitespace)
            && !gong_sync::is_free_mail(&name.to_lowercase());
        let id = if is_domain {
            format!("domain:{}", name.to_lowercase())
        } else {
            by_name()
        };
        AccountId::new(id)
            .or_else(|_| AccountId::new(by_name()))
            .map_err(|error| {
                Error::new(ErrorKind::Failed, "an account could not be named").caused_by(error)
            })
    }

    /// The snapshot of a line; an account that only a file names is told of as well.
    fn snapshot(&self, line: &Line, as_of: Timestamp, told: &mut Vec<Account>) -> DealSnapshot {
        let mut snapshot = line.snapshot.clone();
        snapshot.source = DealSource::Csv;
        snapshot.as_of = as_of;
        let owner = line.owner_email.as_ref();
        snapshot.owner = owner.and_then(|address| self.owners.get(address).cloned());
        if let Some(name) = &line.account {
            let by_name = self.accounts.get(name).filter(|id| !is_made_up(id));
            // What the CRM says of the deal counts before a name that fits no account of it.
            let account = by_name.or_else(|| self.by_deal.get(&snapshot.deal));
            let account = account.or_else(|| self.accounts.get(name)).cloned();
            if let Some(id) = account.as_ref().filter(|id| is_made_up(id)) {
                let account = Account {
                    id: id.clone(),
                    name: name.clone(),
                };
                if !told.contains(&account) {
                    told.push(account);
                }
            }
            snapshot.account = account;
        }
        snapshot
    }
}

/// Whether only a file named the account.
fn is_made_up(account: &AccountId) -> bool {
    account.as_str().starts_with("name:")
}
