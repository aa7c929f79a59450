//! Rows as CSV that a spreadsheet shows and does not run.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

/// What makes a cell a formula to a spreadsheet.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A file of rows; the first names the columns.
pub(crate) fn file(name: &str, rows: impl IntoIterator<Item = Vec<String>>) -> Response {
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(&defused(cell))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, text).into_response()
}

/// A cell that begins like a formula gets an apostrophe, except a plain number.
fn defused(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
    let first = cell.trim_start_matches([' ', '\u{a0}']).chars().next();
    if !is_number && first.is_some_and(|first| FORMULAS.contains(&first)) {
        return format!("'{cell}");
    }
    cell.to_owned()
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r', ';']) || cell.starts_with('\'') {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text_and_a_number_stays_one() {
        for (cell, expected) in [
            ("=1+1", "\"'=1+1\""),
            ("+49 30", "\"'+49 30\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-2+3", "\"'-2+3\""),
            (" =HYPERLINK(\"x\")", "\"' =HYPERLINK(\"\"x\"\")\""),
            ("\t=1", "\"'\t=1\""),
            ("-42.50", "-42.50"),
            ("Larkfield, Inc.", "\"Larkfield, Inc.\""),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(quoted(&defused(cell)), expected, "{cell:?}");
        }
    }
}
