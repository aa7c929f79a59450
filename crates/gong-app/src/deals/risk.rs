//! What stands against open deals, as of an instant: a checklist, not a probability.

use std::sync::Arc;

use access::{Operation, Permission};
use conversation::DealId;
use insights::deals::{Checklist, Rules, StageTimes, State};
use jiff::Timestamp;

use crate::Error;
use crate::app::App;
use crate::views::{CitedView, DealRiskView, RiskView, WarningView, moment_link, neutral};

use super::shown::no_deal;

impl App {
    /// Asks the fourteen rules about every open deal that the caller may see, or about one. How
    /// long deals stay in a stage is learnt from all that the caller may see.
    pub async fn risk(
        &self,
        deal: Option<&str>,
        as_of: Option<Timestamp>,
    ) -> Result<RiskView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::RISK, false)?;
            let as_of = as_of.unwrap_or_else(|| self.now());
            let wanted: Option<DealId> = deal
                .map(|deal| deal.parse().map_err(|_| no_deal()))
                .transpose()?;
            let views = self.deal_views(&archive, &scope, as_of, None).await?;
            let rules = self.pipeline();
            let all = Rules::new(StageTimes::of(&views, &rules, as_of));
            let may_read = self.caller().has(Permission::TranscriptsRead).is_ok();
            let mut deals: Vec<DealRiskView> = views
                .iter()
                .filter(|view| wanted.as_ref().is_none_or(|wanted| view.deal() == wanted))
                .filter_map(|view| {
                    Checklist::of(&view.at(as_of, &rules)?, &all).map(|it| (view, it))
                })
                .map(|(view, list)| risk_of(view.deal(), &list, may_read))
                .collect();
            if wanted.is_some() && deals.is_empty() {
                return Err(no_deal());
            }
            deals.sort_by(|one, other| (other.points, &one.id).cmp(&(one.points, &other.id)));
            Ok(RiskView {
                as_of: as_of.to_string(),
                deals,
            })
        };
        let asked = format!("{deal:?} {as_of:?}");
        self.reading(Operation::RISK, &asked, Box::pin(work), |_: &RiskView| {
            Vec::new()
        })
        .await
    }
}

fn risk_of(deal: &DealId, list: &Checklist, may_read: bool) -> DealRiskView {
    let warnings = list.items().iter().map(|(spec, verdict)| {
        let cited = verdict.evidence().citations().map(|cited| CitedView {
            call_id: neutral(cited.call.as_str()),
            sentence: cited.sentence.to_string(),
            url: cited
                .url
                .as_deref()
                .and_then(|url| moment_link(url, cited.span)),
        });
        WarningView {
            warning: spec.warning.as_str(),
            state: verdict.state().as_str(),
            points: spec.warning.points(),
            // A reason may quote a name.
            reason: may_read.then(|| neutral(verdict.reason())),
            cited: cited.collect(),
        }
    });
    DealRiskView {
        id: neutral(&deal.to_string()),
        level: list.level().as_str(),
        points: list.points(),
        fires: list.count(State::Fires),
        unknown: list.count(State::Unknown),
        asked: list.asked(),
        warnings: warnings.collect(),
    }
}
