//! HubSpot, if a token is named: whether it is accepted, what it opens, and what the day has left.

use crm_sync::{Crm as _, Prepare};

use super::check::Check;
use crate::app::App;
use crate::config::YesNo;
use crate::crm::missing_scopes;

const ID: &str = "crm";
const SCOPES: &str = "crm.scopes";
const PROPERTIES: &str = "crm.properties";
const QUOTA: &str = "crm.quota";

impl App {
    /// Asks HubSpot for what it is set up like: ten requests, all of them reads.
    pub(super) async fn hubspot_account(&self) -> Vec<Check> {
        if !self.has_crm() {
            return vec![match self.config().settings.crm.continuous {
                YesNo::No => Check::skip(ID, "no HubSpot token is set, and nothing is sent there"),
                YesNo::Yes => Check::fail(ID, "crm.continuous is on, and no HubSpot token is set")
                    .fix("set HUBSPOT_ACCESS_TOKEN_FILE, or crm.access_token_file"),
            }];
        }
        let has_archive = self.keeps_records().await.unwrap_or(false);
        let asked = async {
            if has_archive {
                let connected = self.crm().await?;
                Ok(connected.crm.setup().await?.clone())
            } else {
                Ok(self.hubspot()?.prepare(Prepare::Look).await?)
            }
        };
        let setup: Result<_, crate::Error> = asked.await;
        let setup = match setup {
            Ok(setup) => setup,
            Err(error) => return vec![Check::failed(ID, &error)],
        };
        let mut checks = vec![Check::ok(ID, "HubSpot accepts the token")];
        checks.push(match missing_scopes(&setup) {
            Some(error) => Check::failed(SCOPES, &error)
                .why("without them `gongkit crm` plans and writes nothing"),
            None => Check::ok(SCOPES, "the token opens all that is needed"),
        });
        checks.push(if setup.missing.is_empty() {
            Check::ok(PROPERTIES, "our properties are there")
        } else {
            let what = format!("{} of our properties are not there", setup.missing.len());
            Check::warn(PROPERTIES, what)
                .why("nothing is planned or written before they are")
                .fix("gongkit crm init")
        });
        if has_archive {
            checks.push(self.requests_left().await);
        }
        checks
    }

    async fn requests_left(&self) -> Check {
        let spent = async {
            let opened = self.opened().await?;
            let spent = opened.crm_requests.spend_requests(0, self.now()).await;
            spent.map_err(crate::Error::from)
        };
        let most = self.crm_requests_a_day();
        match spent.await {
            Err(error) => Check::failed(QUOTA, &error),
            Ok(spent) if spent >= most => Check::warn(
                QUOTA,
                format!("{spent} of {most} requests of 24 hours are spent"),
            )
            .why("nothing more is asked until some of them are a day old")
            .fix("wait, or set crm.daily_requests to what HubSpot allows the account"),
            Ok(spent) => Check::ok(
                QUOTA,
                format!("{spent} of {most} requests of 24 hours are spent"),
            ),
        }
    }
}
