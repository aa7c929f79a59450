//! The plan: what there is to write, worked out with reads only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::{Operation, Scope};
use call_archive::{Archive, LinkedBy};
use conversation::CallId;
use crm_sync::{NotOurs, Planned, RecordId, Subject, Wanted};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;

use super::SYSTEM;
use super::connecting::Connected;
use super::customers::{Attendance, Customers, customers};
use super::noting::Said;
use super::standing::Heard;
use crate::app::App;
use crate::auditing::write_new;
use crate::deals::all_links;
use crate::findings::{Detectors, Judged};
use crate::progress::{Stage, Step};
use crate::views::{CrmChoiceView, CrmLineView, CrmPlanView, CrmUnmatchedView, in_seconds};
use crate::{Error, ErrorKind};

/// How many calls are read at the same time.
const AT_ONCE: usize = 4;

/// Which part of a plan is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CrmOnly {
    /// The records of calls.
    Calls,
    /// What is known of deals.
    Deals,
    /// What a person should decide.
    Proposals,
    /// This one, as a plan names it: `call/ID`, `deal/ID`, `proposal/DEAL/CALL/WHAT`.
    One(String),
}

impl CrmOnly {
    fn takes(&self, subject: &Subject) -> bool {
        match self {
            Self::Calls => matches!(subject, Subject::Call(_)),
            Self::Deals => matches!(subject, Subject::Deal(_)),
            Self::Proposals => matches!(subject, Subject::Proposal { .. }),
            Self::One(name) => subject.to_string() == *name,
        }
    }
}

/// What is planned.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CrmPlanRequest {
    /// Only these; everything if there are none.
    pub only: Vec<CrmOnly>,
    /// A file that is written as well, one JSON object a line; it must not be there.
    pub out: Option<PathBuf>,
}

/// A plan, which can be read and then applied.
#[non_exhaustive]
pub struct CrmPlan {
    pub(super) connected: Connected,
    pub(super) planned: Vec<Planned>,
    pub(super) wanted: Vec<Wanted>,
    pub(super) made: Timestamp,
    /// What it says besides its lines, which are made when somebody reads them.
    about: CrmPlanView,
}

impl CrmPlan {
    /// What it says.
    pub fn view(&self) -> CrmPlanView {
        let told = self.planned.iter();
        let told = told.filter(|one| !CrmLineView::is_silent(one));
        CrmPlanView {
            lines: told.map(CrmLineView::new).collect(),
            ..self.about.clone()
        }
    }

    /// How many records would be written.
    pub fn writes(&self) -> usize {
        self.planned.iter().filter(|one| one.is_write()).count()
    }

    /// What a person has to choose.
    pub fn choices(&self) -> &[CrmChoiceView] {
        &self.about.choices
    }
}

/// Everything that calls say for the CRM.
struct Intended {
    wanted: Vec<Wanted>,
    calls: u64,
    without_words: u64,
    unmatched: Vec<CrmUnmatchedView>,
    choices: Vec<CrmChoiceView>,
}

impl App {
    /// Works out what there is to write. HubSpot is only read.
    pub async fn crm_plan(&self, request: &CrmPlanRequest) -> Result<CrmPlanView, Error> {
        let work = async {
            let connected = self.connected().await?;
            let plan = Box::pin(self.planned(connected, request)).await?;
            let view = plan.view();
            if let Some(file) = &request.out {
                write(&view, file).await?;
            }
            Ok(view)
        };
        self.reading(
            Operation::CRM_PLAN,
            &format!("{:?}", request.only),
            Box::pin(work),
            |view: &CrmPlanView| view.calls_named(),
        )
        .await
    }

    /// The same to be applied: what an earlier run left unknown is read back first.
    pub async fn crm_plan_to_apply(&self, request: &CrmPlanRequest) -> Result<CrmPlan, Error> {
        self.permit(Operation::CRM_APPLY).await?;
        let connected = self.connected().await?;
        connected.flow.resume(self.now()).await?;
        Box::pin(self.planned(connected, request)).await
    }

    async fn connected(&self) -> Result<Connected, Error> {
        self.existing_archive().await?;
        self.crm().await
    }

    async fn planned(
        &self,
        connected: Connected,
        request: &CrmPlanRequest,
    ) -> Result<CrmPlan, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let setup = connected.crm.setup().await?;
        if !setup.missing.is_empty() {
            let what = format!(
                "{} of our properties are not in HubSpot",
                setup.missing.len()
            );
            return Err(Error::new(ErrorKind::NotConfigured, what).hint(
                "run `gongkit crm init`: it makes what is missing and changes nothing else",
            ));
        }
        let mut intended = self.intended(&archive, &connected).await?;
        let is_wanted = |subject: &Subject| {
            request.only.is_empty() || request.only.iter().any(|only| only.takes(subject))
        };
        intended.wanted.retain(|one| is_wanted(&one.subject));
        if intended.wanted.is_empty() && !request.only.is_empty() {
            return Err(Error::new(
                ErrorKind::NotFound,
                "nothing of the plan is meant by --only",
            )
            .hint("say calls, deals, proposals, or a name from the plan, like call/7782342274"));
        }
        let wanted = intended.wanted.clone();
        let planned = connected.flow.plan(intended.wanted).await?;
        let silent = planned.iter().filter(|one| CrmLineView::is_silent(one));
        let about = CrmPlanView {
            as_of: in_seconds(self.now()),
            calls: intended.calls,
            without_words: intended.without_words,
            unchanged: silent.count() as u64,
            lines: Vec::new(),
            choices: intended.choices,
            unmatched: intended.unmatched,
            requests: connected.crm.requests(),
        };
        Ok(CrmPlan {
            about,
            planned,
            wanted,
            connected,
            made: self.now(),
        })
    }

    /// What calls say for the CRM, private ones apart.
    async fn intended(
        &self,
        archive: &Arc<dyn Archive>,
        connected: &Connected,
    ) -> Result<Intended, Error> {
        let settings = &self.config().settings.crm;
        let scope = self
            .scope_of(Operation::TRANSCRIPT, false)?
            .without_private();
        let mut calls = all_links(archive.as_ref(), &scope, None).await?;
        calls.retain(|call| call.started >= settings.since);
        let named: BTreeMap<CallId, BTreeSet<RecordId>> = calls
            .iter()
            .map(|call| (call.call.clone(), named(&call.deals)))
            .collect();
        let (detectors, _) = self.shipped(archive.as_ref()).await?;
        let judged = Judged::new(&archive.labels(&scope).await?);
        let total = calls.len() as u64;
        let read = stream::iter(calls.into_iter().map(|call| call.call).zip(1_u64..))
            .map(async |(call, done)| {
                let named = named.get(&call).cloned().unwrap_or_default();
                let said = self
                    .said(archive, &scope, &detectors, &judged, &call, named)
                    .await;
                self.listener().step(Step {
                    stage: Stage::Figures,
                    done,
                    total: Some(total),
                });
                said
            })
            .buffered(AT_ONCE);
        let read: Vec<Option<(Attendance, Said)>> = read.try_collect().await?;
        let without_words = read.iter().filter(|one| one.is_none()).count() as u64;
        let (attended, said): (Vec<Attendance>, Vec<Said>) = read.into_iter().flatten().unzip();
        let setup = connected.crm.setup().await?;
        let days = settings.deal_days;
        let whose = customers(connected.crm.as_ref(), setup, &attended, days).await?;
        let mut intended = Intended {
            wanted: Vec::new(),
            calls: total,
            without_words,
            unmatched: Vec::new(),
            choices: Vec::new(),
        };
        let mut heard: BTreeMap<RecordId, Heard> = BTreeMap::new();
        for ((attendance, said), customers) in attended.iter().zip(said).zip(&whose) {
            intended.add(attendance, &said, customers)?;
            for deal in &customers.deals {
                let heard = heard.entry(deal.clone()).or_default();
                let competitors = &said.notes.competitors;
                heard.hear(&attendance.call, attendance.started, competitors);
            }
        }
        let deals = self.deals_wanted(archive, &scope, heard).await?;
        intended.wanted.extend(deals);
        Ok(intended)
    }

    /// What a call says, and who took part; none where it has no words yet, or went away meanwhile.
    async fn said(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        detectors: &Detectors,
        judged: &Judged,
        call: &CallId,
        named: BTreeSet<RecordId>,
    ) -> Result<Option<(Attendance, Said)>, Error> {
        if self.shared.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "stopped on request"));
        }
        match self.found(archive, scope, call, detectors).await {
            Ok(found) => {
                let attendance = Attendance::of(&found.studied.stored.call, named);
                Ok(Some((attendance, Said::of(&found, judged))))
            }
            Err(error) if matches!(error.kind(), ErrorKind::TryLater | ErrorKind::NotFound) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

impl Intended {
    fn add(
        &mut self,
        attendance: &Attendance,
        said: &Said,
        customers: &Customers,
    ) -> Result<(), Error> {
        for choice in &customers.choices {
            self.choices.push(CrmChoiceView {
                call: attendance.call.to_string(),
                started: in_seconds(attendance.started),
                why: choice.tie.as_str(),
                among: choice.among.iter().map(ToString::to_string).collect(),
            });
        }
        let links = customers.links();
        // Whose call it is not known is not the CRM's.
        if links.is_empty() {
            if customers.choices.is_empty() {
                self.unmatched.push(CrmUnmatchedView {
                    call: attendance.call.to_string(),
                    started: in_seconds(attendance.started),
                });
            }
            return Ok(());
        }
        let proposals = said.proposals(&customers.deals, &links).map_err(not_ours)?;
        self.wanted
            .push(said.notes.wanted(links).map_err(not_ours)?);
        self.wanted.extend(proposals);
        Ok(())
    }
}

/// The deals of this CRM that a person pinned a call to, or that Gong's context names.
fn named(links: &[call_archive::DealLink]) -> BTreeSet<RecordId> {
    let certain = links.iter().filter(|link| {
        matches!(link.by, LinkedBy::Pin | LinkedBy::Context) && link.deal.system() == SYSTEM
    });
    certain
        .filter_map(|link| RecordId::new(link.deal.object()).ok())
        .collect()
}

pub(super) fn not_ours(error: NotOurs) -> Error {
    Error::new(ErrorKind::Failed, "a plan held what is not ours to write").caused_by(error)
}

async fn write(view: &CrmPlanView, file: &Path) -> Result<(), Error> {
    let unwritten = || {
        let what = format!("cannot write {}", file.display());
        Error::new(ErrorKind::Failed, what)
    };
    let text = view
        .as_lines()
        .map_err(|error| unwritten().caused_by(error))?;
    let to = file.to_owned();
    let written = tokio::task::spawn_blocking(move || write_new(&to, &text)).await;
    written
        .map_err(|error| unwritten().caused_by(error))?
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                let what = format!("{} is there already", file.display());
                Error::new(ErrorKind::Usage, what)
                    .hint("a plan replaces nothing: name a new file, or remove the old one")
            }
            _ => unwritten().caused_by(error),
        })
}
