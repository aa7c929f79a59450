//! What the CRM knows of a sample deal, now and on the day of a call.

use serde_json::{Value, json};

use super::text::field;

/// What the CRM knows. Dates are ISO dates and compare as text.
#[derive(Default)]
pub(crate) struct Deal<'t> {
    pub(crate) fields: &'t str,
    pub(crate) stages: Vec<(&'t str, &'t str)>,
    pub(crate) close_dates: Vec<(&'t str, &'t str)>,
}

impl Deal<'_> {
    pub(crate) fn id(&self) -> &str {
        field(self.fields, "id")
    }

    pub(crate) fn account(&self) -> Option<&str> {
        Some(field(self.fields, "account")).filter(|account| !account.is_empty() && *account != "-")
    }

    /// Account and opportunity, now and as they were on `date`.
    pub(crate) fn context(&self, date: &str) -> Value {
        let Some(account) = self.account() else {
            return json!([]);
        };
        let website = format!("{}.example", slug(account));
        let account_object = |timing| {
            json!({
                "objectType": "Account",
                "objectId": format!("acc-{}", self.id()),
                "fields": [{ "name": "Name", "value": account }, { "name": "Website", "value": website }],
                "timing": timing,
            })
        };
        let objects = [("TimeOfCall", date), ("Now", "9999-12-31")]
            .into_iter()
            .flat_map(|(timing, date)| {
                [
                    account_object(timing),
                    self.opportunity(account, timing, date),
                ]
            });
        json!([{ "system": "Salesforce", "objects": objects.collect::<Vec<_>>() }])
    }

    fn opportunity(&self, account: &str, timing: &str, date: &str) -> Value {
        let as_of = |history: &[(&str, &str)]| {
            history
                .iter()
                .rfind(|(since, _)| *since <= date)
                .map(|(_, value)| (*value).to_owned())
        };
        let first_stage = || self.stages.first().map(|(_, stage)| (*stage).to_owned());
        let stage = as_of(&self.stages).or_else(first_stage);
        let close_date =
            as_of(&self.close_dates).unwrap_or_else(|| field(self.fields, "close").to_owned());
        let amount: f64 = field(self.fields, "amount").parse().unwrap_or(0.0);
        let values = [
            ("Name", json!(format!("{account} - new business"))),
            ("StageName", json!(stage)),
            ("Amount", json!(amount)),
            ("CurrencyIsoCode", json!(field(self.fields, "currency"))),
            ("CloseDate", json!(close_date)),
            ("CreatedDate", json!(field(self.fields, "created"))),
        ];
        let fields: Vec<Value> = values
            .into_iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        json!({
            "objectType": "Opportunity",
            "objectId": format!("opp-{}", self.id()),
            "fields": fields,
            "timing": timing,
        })
    }
}

/// Lower-case ASCII letters and digits with hyphens between words.
pub(crate) fn slug(text: &str) -> String {
    let plain = text
        .to_lowercase()
        .replace(['è', 'é'], "e")
        .replace(['á', 'à'], "a");
    let words = plain
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_is_told_as_it_was_on_the_day() {
        let deal = Deal {
            fields: r#"id=X account="Fox Ltd" amount=10 currency=USD created=2026-01-01 close=2026-03-31"#,
            stages: vec![("2026-01-01", "Discovery"), ("2026-02-01", "Proposal")],
            close_dates: vec![("2026-02-10", "2026-05-01")],
        };
        let told = |date| {
            let opportunity = deal.opportunity("Fox Ltd", "TimeOfCall", date);
            [1, 4].map(|field| {
                opportunity["fields"][field]["value"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
        };

        assert_eq!(told("2026-01-20"), ["Discovery", "2026-03-31"]);
        assert_eq!(told("2026-02-01"), ["Proposal", "2026-03-31"]);
        assert_eq!(told("2026-02-10"), ["Proposal", "2026-05-01"]);
    }
}
