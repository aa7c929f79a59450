//! What must hold before a chance is shown.

use std::fmt;

use super::Quality;
use crate::inference::{Interval, Tally, Turned, area_under_curve, brier, reliability};

/// Won deals that are needed: as many as Gong asks for.
const FEWEST_WON: u32 = 50;

/// Lost deals that are needed.
const FEWEST_LOST: u32 = 150;

/// Why there is no model, with what is missing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoModel {
    /// Too few deals ended that had been seen, open and heard at the age.
    FewClosed {
        /// How many did.
        closed: Tally,
        /// The age in days.
        age_days: u32,
    },
    /// Its probabilities are no better than saying the same of every deal.
    NoBetter {
        /// How it turned out.
        quality: Quality,
    },
    /// It does not tell won deals from lost ones.
    NotTold {
        /// How it turned out.
        quality: Quality,
    },
    /// Among the later deals, all ended alike.
    OneEnd {
        /// The later deals.
        tested: Tally,
    },
}

/// Whether enough deals ended.
pub(super) fn enough(closed: Tally, age_days: u32) -> Result<(), NoModel> {
    if closed.won < FEWEST_WON || closed.lost < FEWEST_LOST {
        return Err(NoModel::FewClosed { closed, age_days });
    }
    Ok(())
}

/// How the model turned out on the later deals, if well enough.
pub(super) fn passed(fitted: Tally, tested: Tally, turned: &[Turned]) -> Result<Quality, NoModel> {
    let base_rate = fitted.rate().unwrap_or_default();
    let flat: Vec<Turned> = turned.iter().map(|(_, is)| (base_rate, *is)).collect();
    let (Some(own), Some(of_base_rate), Some((area, area_interval))) =
        (brier(turned), brier(&flat), area_under_curve(turned))
    else {
        return Err(NoModel::OneEnd { tested });
    };
    let quality = Quality {
        fitted,
        tested,
        brier: own,
        brier_of_base_rate: of_base_rate,
        area_under_curve: area,
        area_interval,
        reliability: reliability(turned),
    };
    if quality.brier >= quality.brier_of_base_rate {
        return Err(NoModel::NoBetter { quality });
    }
    if quality.area_interval.lo <= 0.5 {
        return Err(NoModel::NotTold { quality });
    }
    Ok(quality)
}

impl fmt::Display for NoModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewClosed { closed, age_days } => write!(
                f,
                "not enough data: {} of {FEWEST_WON} won and {} of {FEWEST_LOST} lost deals that were seen \
                 open, with a transcript, at {age_days} days",
                closed.won, closed.lost
            ),
            Self::NoBetter { quality } => write!(
                f,
                "withheld: on {} later deals its probabilities are no better than the share of won deals \
                 (Brier {:.3} against {:.3})",
                quality.tested.closed(),
                quality.brier,
                quality.brier_of_base_rate
            ),
            Self::NotTold { quality } => {
                let Interval { lo, hi } = quality.area_interval;
                write!(
                    f,
                    "withheld: on {} later deals it does not tell won from lost (area under the curve {:.2}, \
                     95 % interval {lo:.2} to {hi:.2})",
                    quality.tested.closed(),
                    quality.area_under_curve
                )
            }
            Self::OneEnd { tested } => {
                write!(
                    f,
                    "not enough data: {} of {} later deals were won",
                    tested.won,
                    tested.closed()
                )
            }
        }
    }
}
