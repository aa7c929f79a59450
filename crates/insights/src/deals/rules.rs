//! How a team sells: its stages in order, what is won and lost, and when a warning is due.

use std::collections::{BTreeMap, BTreeSet};

use super::Warning;

/// How a deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three are the meaning")]
pub enum Outcome {
    /// Neither won nor lost.
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

impl Outcome {
    /// The word used in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

/// When warnings are due. Days are whole days of 24 hours.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WarningSettings {
    /// Days without a two-way interaction.
    pub no_activity_days: u32,
    /// Our touches since the last one of the customer's.
    pub ghosted_touches: u32,
    /// Days since the last touch of the customer's.
    pub ghosted_days: u32,
    /// How often the close date may move later before it is too often.
    pub pushes: u32,
    /// Days in a stage, where too few deals were won to know better.
    pub stalled_days: u32,
    /// People of the customer's who should take part.
    pub contacts: u32,
    /// Over so many days.
    pub contacts_days: u32,
    /// Days for which a competitor stays active after it was spoken of.
    pub competitor_days: u32,
    /// Our share of the talk, 0–1, above which it is too much.
    pub talk_share: f64,
    /// Warnings that are not given.
    pub off: BTreeSet<Warning>,
}

impl Default for WarningSettings {
    fn default() -> Self {
        Self {
            no_activity_days: 14,
            ghosted_touches: 2,
            ghosted_days: 7,
            pushes: 2,
            stalled_days: 30,
            contacts: 2,
            contacts_days: 60,
            competitor_days: 45,
            talk_share: 0.75,
            off: BTreeSet::new(),
        }
    }
}

/// The stages of a team and its settings. Stages are compared without regard to case.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PipelineRules {
    /// The stages of open deals, the first one first.
    pub stages: Vec<String>,
    /// Stages that mean won.
    pub won: Vec<String>,
    /// Stages that mean lost.
    pub lost: Vec<String>,
    /// From this stage on the price should have been spoken of.
    pub proposal: String,
    /// Words of a job title that mean the power to decide, in lower case.
    pub senior_titles: Vec<String>,
    /// When warnings are due.
    pub settings: WarningSettings,
    /// The same for deals in a stage, by the stage in lower case.
    pub settings_by_stage: BTreeMap<String, WarningSettings>,
}

impl Default for PipelineRules {
    fn default() -> Self {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            stages: list(&["Discovery", "Evaluation", "Proposal", "Negotiation"]),
            won: list(&["Closed Won"]),
            lost: list(&["Closed Lost"]),
            proposal: "Proposal".to_owned(),
            senior_titles: list(&[
                "chief",
                "ceo",
                "cfo",
                "coo",
                "cto",
                "cio",
                "president",
                "chair",
                "chairman",
                "chairwoman",
                "chairperson",
                "vp",
                "svp",
                "evp",
                "head",
                "director",
                "owner",
                "founder",
                "partner",
            ]),
            settings: WarningSettings::default(),
            settings_by_stage: BTreeMap::new(),
        }
    }
}

impl PipelineRules {
    /// What a stage means; a stage that nobody named is open.
    pub fn outcome(&self, stage: Option<&str>) -> Outcome {
        let Some(stage) = stage else {
            return Outcome::Open;
        };
        let is_among = |names: &[String]| names.iter().any(|name| is_same(name, stage));
        if is_among(&self.won) {
            Outcome::Won
        } else if is_among(&self.lost) {
            Outcome::Lost
        } else {
            Outcome::Open
        }
    }

    /// The position of an open stage among [`PipelineRules::stages`]; none for one that nobody named.
    pub fn position(&self, stage: &str) -> Option<usize> {
        self.stages.iter().position(|name| is_same(name, stage))
    }

    /// Whether the stage is named in any of the lists.
    pub fn knows(&self, stage: &str) -> bool {
        self.position(stage).is_some() || self.outcome(Some(stage)) != Outcome::Open
    }

    /// The settings of a deal in this stage.
    pub fn settings_of(&self, stage: Option<&str>) -> &WarningSettings {
        let own = stage.and_then(|stage| self.settings_by_stage.get(&stage.trim().to_lowercase()));
        own.unwrap_or(&self.settings)
    }

    /// Whether a job title means the power to decide.
    pub fn is_senior(&self, title: &str) -> bool {
        let title = title.to_lowercase();
        let mut words = title.split(|c: char| !c.is_alphanumeric());
        words.any(|word| self.senior_titles.iter().any(|senior| senior == word))
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_nobody_named_is_open_and_can_be_reported() {
        let rules = PipelineRules::default();
        assert_eq!(rules.outcome(Some("closed won ")), Outcome::Won);
        assert_eq!(rules.outcome(Some("Closed Lost")), Outcome::Lost);
        assert_eq!(rules.outcome(Some("Parked")), Outcome::Open);
        assert_eq!(rules.outcome(None), Outcome::Open);
        assert!(!rules.knows("Parked") && rules.knows("PROPOSAL"));
    }

    #[test]
    fn a_stage_has_its_own_settings_or_those_of_all() {
        let mut rules = PipelineRules::default();
        let own = WarningSettings {
            no_activity_days: 5,
            ..WarningSettings::default()
        };
        rules
            .settings_by_stage
            .insert("negotiation".to_owned(), own);
        let days = |stage| rules.settings_of(stage).no_activity_days;
        assert_eq!(
            [
                days(Some("Negotiation")),
                days(Some("Proposal")),
                days(None)
            ],
            [5, 14, 14]
        );
    }

    #[test]
    fn power_is_read_from_whole_words_of_a_title() {
        let rules = PipelineRules::default();
        assert!(rules.is_senior("VP, Operations") && rules.is_senior("Chief of Staff"));
        assert!(!rules.is_senior("Operations Manager") && !rules.is_senior("Headhunter"));
    }
}
