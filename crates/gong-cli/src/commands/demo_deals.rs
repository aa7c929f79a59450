//! The deals of the demo: an invented history in an invented CRM, so that there is a quarter to look
//! at, and the invented competitors that are spoken of in the calls.

use std::path::{Path, PathBuf};

use gong_app::{App, DealsImport, Error, ErrorKind};
use gong_sim::{Deals, Effect};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day that the demo's quarter is looked at.
pub(super) const AS_OF: &str = "2026-03-05";

/// How many deals are invented beside those that the calls are about.
const DEALS: usize = 360;

/// What all amounts of them are in, as those of most calls.
const CURRENCY: &str = "USD";

/// Days of a year on which the CRM's deals were taken: late in a quarter, and at its end.
const TAKEN: [(i8, i8); 8] = [
    (3, 5),
    (3, 31),
    (6, 4),
    (6, 30),
    (9, 3),
    (9, 30),
    (12, 4),
    (12, 31),
];

/// Two words of a customer's name.
const NAMES: [[&str; 15]; 2] = [
    [
        "Alder",
        "Briar",
        "Cobble",
        "Dunmore",
        "Elmhurst",
        "Fenwick",
        "Garnet",
        "Harrow",
        "Ivory",
        "Juniper",
        "Kestrel",
        "Larch",
        "Morrow",
        "Northgate",
        "Oakley",
    ],
    [
        "Foods", "Freight", "Clinics", "Mills", "Print", "Energy", "Dairy", "Tools", "Rail",
        "Paper", "Glass", "Textiles", "Farms", "Hotels", "Marine",
    ],
];

/// Those that the invented calls speak of.
const RIVALS: [&str; 10] = [
    "Ansera",
    "Beacon",
    "BrightLedger",
    "Dispatchly",
    "Harbor",
    "Pivot",
    "Quillo",
    "Relay",
    "RoutePilot",
    "Summit",
];

/// Has the competitors watched; they are found in calls when somebody asks first.
pub(super) async fn watch(app: &App, dir: &Path) -> Result<(), Error> {
    let lines = RIVALS.map(|name| serde_json::json!({ "name": name }).to_string());
    let file = Written::new(dir, "invented-competitors.jsonl", &lines.join("\n"))?;
    app.watch_competitors(&file.0).await.map(drop)
}

/// Takes the deals as they were on each of the days.
pub(super) async fn bring(app: &App, dir: &Path) -> Result<(), Error> {
    let deals = Deals::generate(26, DEALS, Effect::None);
    for day in days() {
        let rows = named(&deals.csv_as_of(day));
        let file = Written::new(dir, "invented-deals.csv", &rows)?;
        let mut request = DealsImport::new(&file.0);
        request.as_of = Some(evening(day));
        app.import_deals(&request).await?;
    }
    Ok(())
}

/// Up to the day that is looked at.
fn days() -> Vec<Date> {
    let last: Date = AS_OF.parse().expect("it is a day");
    let all = (2024..=last.year()).flat_map(|year| {
        TAKEN
            .into_iter()
            .filter_map(move |(month, day)| Date::new(year, month, day).ok())
    });
    all.filter(|day| *day <= last).collect()
}

fn evening(day: Date) -> Timestamp {
    let end = TimeZone::UTC.to_timestamp(day.at(20, 0, 0, 0));
    end.unwrap_or(Timestamp::MAX)
}

/// The rows with the names of companies in place of numbers, and in one currency.
fn named(csv: &str) -> String {
    let line = |line: &str| -> String {
        let cells = line.split(',').map(|cell| match cell {
            "EUR" => CURRENCY.to_owned(),
            cell => match cell.strip_prefix("Customer ") {
                Some(rest) => company(rest),
                None => cell.to_owned(),
            },
        });
        cells.collect::<Vec<_>>().join(",")
    };
    csv.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// `17`, or `17 rollout`, as a company of that number.
fn company(rest: &str) -> String {
    let (number, after) = rest
        .split_once(' ')
        .map_or((rest, ""), |(number, after)| (number, after));
    let Ok(number) = number.parse::<usize>() else {
        return format!("Customer {rest}");
    };
    let [first, second] = NAMES;
    let word =
        |of: [&'static str; 15], at: usize| of.get(at % of.len()).copied().unwrap_or_default();
    let name = format!(
        "{} {}",
        word(first, number),
        word(second, number / first.len())
    );
    if after.is_empty() {
        name
    } else {
        format!("{name} {after}")
    }
}

/// A file that is gone when it was read.
struct Written(PathBuf);

impl Written {
    fn new(dir: &Path, name: &str, text: &str) -> Result<Self, Error> {
        let path = dir.join(name);
        let written = std::fs::create_dir_all(dir).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| {
            Error::new(ErrorKind::Failed, "the demo's deals cannot be written").caused_by(error)
        })?;
        Ok(Self(path))
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // What stays is invented.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_have_names_and_amounts_one_currency() {
        let csv = "deal_id,account,name\n1,Customer 17,Customer 17 rollout,EUR";
        assert_eq!(
            named(csv),
            "deal_id,account,name\n1,Cobble Freight,Cobble Freight rollout,USD"
        );
    }

    #[test]
    fn the_last_day_is_the_one_that_is_looked_at() {
        let days = days();
        assert_eq!(days.last().map(ToString::to_string).as_deref(), Some(AS_OF));
        assert_eq!(days.len(), 17);
    }
}
