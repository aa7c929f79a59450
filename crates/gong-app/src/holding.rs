//! Legal holds: what must be kept, whatever else is asked for.

use access::Operation;
use call_archive::{HoldName, HoldOn, PersonName};
use conversation::{AccountId, CallId, InvalidId, WorkspaceId};

use crate::app::App;
use crate::views::HoldsView;
use crate::{Error, ErrorKind};

/// What a legal hold is to keep.
#[derive(Clone)]
#[non_exhaustive]
pub enum HoldRequest {
    /// One call.
    Call(String),
    /// Every call with this person: an e-mail address, or the id of a user.
    Person(String),
    /// Every call of this account: its CRM id or its domain.
    Account(String),
    /// Every call of this workspace.
    Workspace(String),
    /// Every call.
    Everything,
}

impl HoldRequest {
    fn on(&self) -> Result<HoldOn, Error> {
        let bad = |error: InvalidId| {
            Error::new(ErrorKind::Usage, "what is to be held is no id").caused_by(error)
        };
        Ok(match self {
            Self::Call(call) => HoldOn::Call(CallId::new(call).map_err(bad)?),
            Self::Person(person) => HoldOn::Person(PersonName::parse(person).ok_or_else(|| {
                Error::new(
                    ErrorKind::Usage,
                    "a person is an e-mail address or a user's id",
                )
            })?),
            Self::Account(account) => HoldOn::Account(AccountId::new(account).map_err(bad)?),
            Self::Workspace(id) => HoldOn::Workspace(WorkspaceId::new(id).map_err(bad)?),
            Self::Everything => HoldOn::Everything,
        })
    }
}

impl App {
    /// Keeps something from every erasure until it is released.
    pub async fn hold_add(&self, name: &str, request: &HoldRequest) -> Result<HoldsView, Error> {
        self.permit(Operation::LEGAL_HOLD).await?;
        let (name, on) = (named(name)?, request.on()?);
        let archive = self.existing_archive().await?;
        if archive.holds().await?.iter().any(|hold| hold.name == name) {
            let what = format!("a hold of the name {name} is or was there");
            return Err(Error::new(ErrorKind::Usage, what).hint("choose another name"));
        }
        let calls = match &on {
            HoldOn::Call(call) => vec![call.clone()],
            _ => Vec::new(),
        };
        let work = async {
            archive.hold(&name, &on, self.now()).await?;
            self.held().await
        };
        self.doing_to(
            Operation::LEGAL_HOLD,
            &calls,
            name.as_str(),
            work,
            |_| "held",
        )
        .await
    }

    /// Every hold, lifted ones included.
    pub async fn hold_list(&self) -> Result<HoldsView, Error> {
        self.reading(Operation::LEGAL_HOLD, "list", self.held(), |_| Vec::new())
            .await
    }

    async fn held(&self) -> Result<HoldsView, Error> {
        let holds = self.existing_archive().await?.holds().await?;
        Ok(HoldsView {
            holds: holds.iter().map(Into::into).collect(),
        })
    }

    /// Lifts a hold.
    pub async fn hold_release(&self, name: &str) -> Result<HoldsView, Error> {
        self.permit(Operation::LEGAL_HOLD).await?;
        let name = named(name)?;
        let archive = self.existing_archive().await?;
        let work = async {
            if !archive.release(&name, self.now()).await? {
                let what = format!("there is no hold {name} that could be released");
                return Err(Error::new(ErrorKind::NotFound, what)
                    .hint("`gongkit hold list` names the holds there are"));
            }
            self.held().await
        };
        self.doing(Operation::LEGAL_HOLD, name.as_str(), work, |_| "released")
            .await
    }
}

fn named(name: &str) -> Result<HoldName, Error> {
    HoldName::new(name).map_err(|error| {
        let what = "a hold needs a short plain name, like case-2026-17";
        Error::new(ErrorKind::Usage, what).caused_by(error)
    })
}
