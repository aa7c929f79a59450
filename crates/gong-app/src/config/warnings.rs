//! When warnings of deals are due, as `pipeline.warnings` says.

use insights::deals::{PipelineRules, Warning, WarningSettings};

/// Puts `NAME=VALUE` and `STAGE.NAME=VALUE`, with commas between, into the rules; `off=WARNING` gives a
/// warning no more. What is set for all stages holds in each, wherever it stands in the text. Tells the
/// entry that cannot be read.
pub(crate) fn set_warnings(rules: &mut PipelineRules, text: &str) -> Result<(), String> {
    let entries = text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let mut of_stages = Vec::new();
    for entry in entries {
        let wrong = || entry.to_owned();
        let (name, value) = entry.split_once('=').ok_or_else(wrong)?;
        match name.rsplit_once('.') {
            Some((stage, name)) => {
                of_stages.push((stage.trim().to_lowercase(), name, value, entry));
            }
            None => set(&mut rules.settings, name, value).ok_or_else(wrong)?,
        }
    }
    for (stage, name, value, entry) in of_stages {
        let all = rules.settings.clone();
        let own = rules.settings_by_stage.entry(stage).or_insert(all);
        set(own, name, value).ok_or_else(|| entry.to_owned())?;
    }
    Ok(())
}

fn set(settings: &mut WarningSettings, name: &str, value: &str) -> Option<()> {
    let value = value.trim();
    let days = match name.trim() {
        "off" => {
            settings.off.insert(Warning::from_word(value)?);
            return Some(());
        }
        "talk_share" => {
            let share: f64 = value.parse().ok()?;
            settings.talk_share = Some(share).filter(|share| (0.0..=1.0).contains(share))?;
            return Some(());
        }
        "no_activity_days" => &mut settings.no_activity_days,
        "ghosted_touches" => &mut settings.ghosted_touches,
        "ghosted_days" => &mut settings.ghosted_days,
        "pushes" => &mut settings.pushes,
        "stalled_days" => &mut settings.stalled_days,
        "contacts" => &mut settings.contacts,
        "contacts_days" => &mut settings.contacts_days,
        "competitor_days" => &mut settings.competitor_days,
        _ => return None,
    };
    *days = value.parse().ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_has_its_own_limits_and_those_of_all() {
        let mut rules = PipelineRules::default();
        let text =
            "In Review.stalled_days=20, talk_share=0.8, off=no_power, Negotiation.off=stalled";

        set_warnings(&mut rules, text).expect("it reads");

        let review = rules.settings_of(Some("in review"));
        assert_eq!((review.stalled_days, review.off.len()), (20, 1));
        assert!((review.talk_share - 0.8).abs() < 1e-9);
        assert_eq!(rules.settings_of(Some("Negotiation")).off.len(), 2);
        assert_eq!(rules.settings_of(None).stalled_days, 30);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let problem = |text| set_warnings(&mut PipelineRules::default(), text);
        for bad in [
            "stalled_days",
            "stalled_days=long",
            "patience=3",
            "off=luck",
            "talk_share=2",
        ] {
            assert_eq!(problem(bad), Err(bad.to_owned()));
        }
        assert_eq!(problem(" , "), Ok(()));
    }
}
