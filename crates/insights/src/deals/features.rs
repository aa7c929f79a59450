//! What a fitted model reads of a deal, each number with what it rests on.

use super::coverage::searched;
use super::warnings::{active_contacts, cited, pushes};
use super::{DealAt, DealCall, Remark};
use crate::value::words;
use crate::{Evidence, Kind, Stance, StepStatus, Value};

words! {
    /// A number of a deal, in the order in which a model may take them: the earlier ones are those
    /// that most teams have.
    Feature {
        /// Our price was spoken of: 0 or 1.
        PricingSpoken = "pricing_spoken",
        /// The customer looks at a competitor or uses one: 0 or 1.
        CompetitorActive = "competitor_active",
        /// A next step was agreed: 0 or 1.
        NextStepAgreed = "next_step_agreed",
        /// The customer raised a red flag: 0 or 1.
        RedFlag = "red_flag",
        /// People of the customer's who spoke or wrote, at most 4.
        Contacts = "contacts",
        /// How often the close date moved later, at most 4.
        ClosePushed = "close_pushed",
        /// Objections of the customer's, at most 10.
        Objections = "objections",
        /// Buying signals of the customer's, at most 10.
        BuyingSignals = "buying_signals",
    }
}

/// A feature of one deal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measured {
    /// Which.
    pub feature: Feature,
    /// Its number.
    pub value: f64,
    /// What it rests on.
    pub evidence: Evidence,
}

/// Measures a feature.
pub(super) fn measure(feature: Feature, deal: &DealAt<'_>) -> Measured {
    let calls = deal.calls();
    let said = |most: usize, is_meant: &dyn Fn(&Remark) -> bool| {
        let evidence = cited(calls, is_meant);
        let count = evidence
            .as_ref()
            .map_or(0, |found| found.citations().count());
        (
            count.min(most) as f64,
            evidence.unwrap_or_else(|| searched(calls)),
        )
    };
    let of_kind = |kind: Kind, most: usize| said(most, &|one| one.kind() == kind);
    let (value, evidence) = match feature {
        Feature::PricingSpoken => of_kind(Kind::Pricing, 1),
        Feature::RedFlag => of_kind(Kind::RedFlag, 1),
        Feature::Objections => of_kind(Kind::Objection, 10),
        Feature::BuyingSignals => of_kind(Kind::BuyingSignal, 10),
        Feature::CompetitorActive => said(1, &is_active),
        Feature::NextStepAgreed => said(1, &is_agreed),
        Feature::Contacts => {
            let people = active_contacts(deal, u32::MAX).len();
            (
                people.min(4) as f64,
                counted("the customer's people who spoke or wrote", calls),
            )
        }
        Feature::ClosePushed => {
            let evidence = Evidence::Computed {
                query: "moves of the close date in the snapshots of the deal".to_owned(),
                rows: deal.snapshots().len() as u64,
            };
            (f64::from(pushes(deal).min(4)), evidence)
        }
    };
    Measured {
        feature,
        value,
        evidence,
    }
}

fn counted(query: &str, calls: &[DealCall]) -> Evidence {
    Evidence::Computed {
        query: query.to_owned(),
        rows: calls.len() as u64,
    }
}

fn is_active(remark: &Remark) -> bool {
    let stance = match remark.value() {
        Value::Competitor { stance, .. } => Some(*stance),
        _ => None,
    };
    matches!(stance, Some(Stance::Evaluating | Stance::Using))
}

fn is_agreed(remark: &Remark) -> bool {
    let accepted = StepStatus::Accepted;
    matches!(remark.value(), Value::NextStep { status, .. } if *status == accepted)
}
