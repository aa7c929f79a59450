//! Who does the talking.

use crate::Evidence;
use crate::deals::{DealAt, DealRule, RuleSpec, Verdict, Warning};

/// We do nearly all the talking.
pub(super) struct TalkImbalance;

/// The calls that are looked at: the last ones.
const LAST_CALLS: usize = 2;

impl DealRule for TalkImbalance {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::TalkImbalance, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let last: Vec<_> = deal.calls().iter().rev().take(LAST_CALLS).collect();
        let share = |call: &&crate::deals::DealCall| call.heard.as_ref()?.talk_ratio_ours;
        let shares: Vec<f64> = last.iter().filter_map(share).collect();
        let evidence = Evidence::Computed {
            query: "our share of the talk in the last two calls of the deal".to_owned(),
            rows: shares.len() as u64,
        };
        let limit = deal.settings().talk_share;
        // One call below the limit is enough to be clear.
        if let Some(low) = shares.iter().find(|share| **share <= limit) {
            let reason = format!(
                "we had {:.0} % of the talk in one of the last two calls",
                100.0 * low
            );
            return Verdict::clear(reason, evidence);
        }
        match shares.as_slice() {
            [one, other] => {
                let reason = format!(
                    "we had {:.0} % and {:.0} % of the talk in the last two calls; the limit is {:.0} %",
                    100.0 * other,
                    100.0 * one,
                    100.0 * limit
                );
                Verdict::fires(reason, evidence)
            }
            known => {
                let reason = format!(
                    "our share of the talk is known of {} of the last two calls",
                    known.len()
                );
                Verdict::unknown(reason, evidence)
            }
        }
    }
}
