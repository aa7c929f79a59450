//! How the team sells, as its settings say.

use conversation::Currency;
use insights::deals::PipelineRules;

use crate::app::App;
use crate::config::{list, set_warnings};

impl App {
    /// The stages of the team and what they mean.
    pub(crate) fn pipeline(&self) -> PipelineRules {
        let settings = &self.config().settings.pipeline;
        let mut rules = PipelineRules::default();
        rules.stages = list(&settings.stages);
        rules.won = list(&settings.won);
        rules.lost = list(&settings.lost);
        let proposal = settings.proposal.trim();
        if !proposal.is_empty() {
            proposal.clone_into(&mut rules.proposal);
        }
        let senior = list(&settings.senior_titles.to_lowercase());
        if !senior.is_empty() {
            rules.senior_titles = senior;
        }
        // A text that cannot be read was refused when the configuration was loaded.
        let _ = set_warnings(&mut rules, &settings.warnings);
        rules
    }

    /// The currency of an amount that comes without one.
    pub(crate) fn currency(&self) -> Option<Currency> {
        self.config().settings.pipeline.currency.parse().ok()
    }
}
