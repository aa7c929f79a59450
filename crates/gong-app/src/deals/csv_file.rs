//! The lines of a CSV file of deals: read all, and what is wrong with each that cannot be.

use std::collections::HashSet;

use conversation::{Currency, DealId, DealSnapshot, DealSource, Money};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Error, ErrorKind};

/// The columns, in any order; others are passed over.
const COLUMNS: [&str; 10] = [
    "deal_id",
    "account",
    "name",
    "stage",
    "amount",
    "currency",
    "close_date",
    "created",
    "owner_email",
    "closed_on",
];

/// A line that was read; account and owner are still names.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) snapshot: DealSnapshot,
    pub(super) account: Option<String>,
    pub(super) owner_email: Option<String>,
}

/// What is wrong with a line; never what stands in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) line: u64,
    pub(super) column: &'static str,
    pub(super) problem: &'static str,
    pub(super) hint: &'static str,
}

/// Reads every line. A deal's id without a CRM before it is one of `crm`.
pub(super) fn read(
    bytes: &[u8],
    crm: &str,
    currency: Option<Currency>,
) -> Result<(Vec<Line>, Vec<BadLine>), Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let places = places(reader.byte_headers().map_err(unreadable)?)?;
    let mut known = HashSet::new();
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    for record in reader.byte_records() {
        let record = record.map_err(unreadable)?;
        let at = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| {
            let place = places.get(column).copied().unwrap_or(usize::MAX);
            let bytes = record.get(place).unwrap_or_default();
            std::str::from_utf8(bytes).ok()
        };
        let read = line(cell, crm, currency).and_then(|line| {
            if known.insert(line.snapshot.deal.clone()) {
                Ok(line)
            } else {
                Err((
                    0,
                    "the deal stands in the file twice",
                    "keep one line for it",
                ))
            }
        });
        match read {
            Ok(line) => lines.push(line),
            Err((column, problem, hint)) => bad.push(BadLine {
                line: at,
                column: COLUMNS.get(column).copied().unwrap_or_default(),
                problem,
                hint,
            }),
        }
    }
    Ok((lines, bad))
}

/// Where each column stands.
fn places(header: &csv::ByteRecord) -> Result<Vec<usize>, Error> {
    let place = |column: &&str| {
        let mut names = header.iter();
        names.position(|name| name.eq_ignore_ascii_case(column.as_bytes()))
    };
    let missing: Vec<&str> = COLUMNS
        .into_iter()
        .filter(|column| place(column).is_none())
        .collect();
    if !missing.is_empty() {
        let what = format!("the file has no column {}", missing.join(", "));
        let hint = format!("its first line must name {}", COLUMNS.join(","));
        return Err(Error::new(ErrorKind::Usage, what).hint(hint));
    }
    Ok(COLUMNS.iter().filter_map(place).collect())
}

/// The column, what is wrong, and what to do.
type Bad = (usize, &'static str, &'static str);

fn line<'c>(
    cell: impl Fn(usize) -> Option<&'c str>,
    crm: &str,
    currency: Option<Currency>,
) -> Result<Line, Bad> {
    let text = |column: usize| -> Result<Option<&'c str>, Bad> {
        let text = cell(column).ok_or((column, "it is no UTF-8", "save the file as UTF-8"))?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    };
    let day = |column: usize| -> Result<Option<Date>, Bad> {
        let parsed = text(column)?.map(str::parse::<Date>).transpose();
        parsed.map_err(|_| (column, "it is no day", "write days like 2026-03-31"))
    };
    let id = text(0)?.ok_or((0, "it has no id", "every line needs the id of its deal"))?;
    let deal = if id.contains(':') {
        id.parse::<DealId>()
    } else {
        DealId::new(crm, id)
    };
    let deal = deal.map_err(|_| {
        let hint = "an id has no blanks; a CRM may stand before it, like hubspot:123";
        (0, "it is no id of a deal", hint)
    })?;
    let mut snapshot = DealSnapshot::new(deal, DealSource::Csv, Timestamp::UNIX_EPOCH);
    snapshot.name = text(2)?.map(str::to_owned);
    snapshot.stage = text(3)?.map(str::to_owned);
    let own: Option<Currency> = match text(5)? {
        Some(code) => {
            let hint = "write the three letters of a currency, like EUR";
            Some(code.parse().map_err(|_| (5, "it is no currency", hint))?)
        }
        None => None,
    };
    if let Some(amount) = text(4)? {
        let hint = "name a currency, or set pipeline.currency";
        let currency = own
            .or(currency)
            .ok_or((5, "an amount needs a currency", hint))?;
        let hint = "write a plain number like 42000 or 42000.50";
        let amount = Money::parse(amount, currency).map_err(|_| (4, "it is no amount", hint))?;
        snapshot.amount = Some(amount);
    }
    snapshot.close_date = day(6)?;
    snapshot.created = day(7)?;
    snapshot.closed_on = day(9)?;
    if snapshot.stage.is_none() {
        return Err((
            3,
            "it has no stage",
            "every line needs the stage of its deal",
        ));
    }
    if let (Some(created), Some(closed)) = (snapshot.created, snapshot.closed_on)
        && closed < created
    {
        return Err((9, "it was closed before it was made", "check both days"));
    }
    Ok(Line {
        snapshot,
        account: text(1)?.map(str::to_owned),
        owner_email: text(8)?.map(str::to_owned),
    })
}

fn unreadable(error: csv::Error) -> Error {
    Error::new(ErrorKind::Failed, "the file is no CSV")
        .caused_by(error)
        .hint("export it as CSV with commas, in UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "deal_id,account,name,stage,amount,currency,close_date,created,owner_email,closed_on";

    fn parsed(lines: &str) -> (Vec<Line>, Vec<BadLine>) {
        let text = format!("\u{feff}{HEAD}\n{lines}");
        read(text.as_bytes(), "salesforce", "USD".parse().ok()).expect("a table")
    }

    #[test]
    fn a_line_is_a_snapshot_with_names_still_to_be_found() {
        let (lines, bad) = parsed(
            "006A, Fox Ltd ,\"Fox, big\",Proposal,42000.5,eur,2026-03-31,2026-01-02,ada@ours.example,\n\
             hubspot:7,,,New,10,,,,,\n",
        );

        assert_eq!(bad, []);
        let first = &lines[0];
        assert_eq!(first.snapshot.deal.to_string(), "salesforce:006A");
        assert_eq!(first.account.as_deref(), Some("Fox Ltd"));
        assert_eq!(first.snapshot.name.as_deref(), Some("Fox, big"));
        let amount = first.snapshot.amount.map(|amount| amount.to_string());
        assert_eq!(amount.as_deref(), Some("42000.50 EUR"));
        assert_eq!(first.snapshot.closed_on, None);
        let second = &lines[1].snapshot;
        assert_eq!(second.deal.to_string(), "hubspot:7");
        assert_eq!(
            second.amount.map(|it| it.to_string()).as_deref(),
            Some("10.00 USD")
        );
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_column() {
        let wrong = |line: &str| {
            let (_, bad) = parsed(&format!("1,,,New,,,,,,\n{line}\n"));
            bad.first().map(|bad| (bad.line, bad.column, bad.problem))
        };

        assert_eq!(wrong(",,,New,,,,,,"), Some((3, "deal_id", "it has no id")));
        assert_eq!(
            wrong("1,,,New,,,,,,"),
            Some((3, "deal_id", "the deal stands in the file twice"))
        );
        assert_eq!(wrong("2,,,,,,,,,"), Some((3, "stage", "it has no stage")));
        assert_eq!(
            wrong("2,,,New,4e4,,,,,"),
            Some((3, "amount", "it is no amount"))
        );
        assert_eq!(
            wrong("2,,,New,4,euro,,,,"),
            Some((3, "currency", "it is no currency"))
        );
        assert_eq!(
            wrong("2,,,New,,,31.3.2026,,,"),
            Some((3, "close_date", "it is no day"))
        );
        assert_eq!(
            wrong("2,,,New,,,,2026-02-01,,2026-01-01"),
            Some((3, "closed_on", "it was closed before it was made"))
        );
    }

    #[test]
    fn a_file_without_a_column_is_refused_as_a_whole() {
        let error = read(b"deal_id,stage\n1,New\n", "salesforce", None).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}
