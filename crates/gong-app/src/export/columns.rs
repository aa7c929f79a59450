//! The columns of each table.

use super::ExportTable;
use super::table::{Column, Kind};

const fn text(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Text,
    }
}

const fn whole(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Whole,
    }
}

const CALLS: &[Column] = &[
    text("call_id"),
    text("title"),
    text("started"),
    whole("duration_s"),
    text("direction"),
    text("scope"),
    text("rep_user_ids"),
    text("account_ids"),
    text("domains"),
    text("transcript"),
    text("url"),
];

const TRANSCRIPTS: &[Column] = &[
    text("call_id"),
    text("started"),
    text("sentence"),
    whole("start_ms"),
    whole("end_ms"),
    text("party_id"),
    text("speaker"),
    text("side"),
    text("text"),
];

const FINDINGS: &[Column] = &[
    text("finding_id"),
    text("call_id"),
    text("started"),
    text("kind"),
    text("value"),
    text("owner"),
    text("status"),
    text("due"),
    text("name"),
    text("stance"),
    text("sentence"),
    whole("start_ms"),
    whole("end_ms"),
    text("speaker"),
    text("side"),
    text("text"),
    text("url"),
    Column {
        name: "score",
        kind: Kind::Number,
    },
    text("detector"),
    whole("version"),
    text("label"),
];

const DEALS: &[Column] = &[
    text("deal_id"),
    text("name"),
    text("account_id"),
    text("account"),
    text("owner_user_id"),
    text("owner"),
    text("stage"),
    text("outcome"),
    text("amount"),
    text("currency"),
    text("close_date"),
    text("created"),
    text("closed_on"),
    text("told"),
    text("source"),
    whole("calls"),
    text("last_call"),
];

/// The columns of a table.
pub(super) const fn of(table: ExportTable) -> &'static [Column] {
    match table {
        ExportTable::Calls => CALLS,
        ExportTable::Transcripts => TRANSCRIPTS,
        ExportTable::Findings => FINDINGS,
        ExportTable::Deals => DEALS,
    }
}
