//! E-mails and meetings of deals, as the rules ask for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use call_archive::{Archive, DealEngagement, DealHistory, EngagementKind};
use conversation::DealId;
use insights::deals::{Activities, Activity, ActivityKind};

use crate::Error;
use crate::app::App;
use crate::numbers::person_key;

use super::reading::knows_engagements;

/// What is known of the e-mails and meetings of some deals.
pub(crate) struct Engaged {
    /// None where no source of them is connected.
    of_deals: Option<BTreeMap<DealId, Vec<Activity>>>,
}

impl App {
    /// The e-mails and meetings of these deals.
    pub(crate) async fn engaged(
        &self,
        archive: &Arc<dyn Archive>,
        deals: &[DealHistory],
    ) -> Result<Engaged, Error> {
        if !knows_engagements(archive.as_ref()).await? {
            return Ok(Engaged { of_deals: None });
        }
        let customers = Arc::clone(&self.opened().await?.customers);
        let ids: Vec<DealId> = deals.iter().map(|deal| deal.deal().clone()).collect();
        let mut of_deals: BTreeMap<DealId, Vec<Activity>> = BTreeMap::new();
        for told in customers.engagements(&ids).await? {
            let deal = told.deal.clone();
            of_deals.entry(deal).or_default().push(activity(&told));
        }
        Ok(Engaged {
            of_deals: Some(of_deals),
        })
    }
}

impl Engaged {
    /// Those of one deal. The source knows of the deals of its own system; of others it says
    /// nothing.
    pub(crate) fn of(&mut self, deal: &DealId) -> Activities {
        match &mut self.of_deals {
            Some(of_deals) if deal.system() == super::reading::SYSTEM => {
                Activities::Known(of_deals.remove(deal).unwrap_or_default())
            }
            _ => Activities::NotConnected,
        }
    }
}

fn activity(told: &DealEngagement) -> Activity {
    let kind = match told.kind {
        EngagementKind::Email => ActivityKind::Email,
        EngagementKind::Meeting => ActivityKind::Meeting,
    };
    let mut activity = Activity::new(kind, told.at, told.by);
    activity.known_since = told.known_since;
    activity.contacts = told.people.iter().map(|text| person_key(text)).collect();
    activity
}
