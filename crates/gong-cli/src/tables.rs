//! Answers as text for people. Words in them were neutralised when the views were made.

mod access;
mod answers;
mod backups;
mod crm;
mod database;
mod dead;
mod deals;
mod erasure;
mod glance;
mod insights;
mod keys;
mod logins;
mod memory;
mod models;
mod narrating;
mod outlook;
mod reports;
mod risk;
mod settings;
mod webhook;
mod work;
pub(crate) use risk::{risk_history, risks};

use comfy_table::{ContentArrangement, Row, Table, presets};

pub(crate) use access::{
    api_key, api_keys, audit_key, can_i, checkpoint, new_api_key, verified, whoami,
};
pub(crate) use answers::{ask, call, search};
pub(crate) use backups::{backup, db_counts, restore, verify};
pub(crate) use crm::{crm_applied, crm_init, crm_plan, crm_read, crm_status};
pub(crate) use database::{moved, schema};
pub(crate) use dead::dead;
pub(crate) use deals::{account, deal, deals, deals_import, pin};
pub(crate) use erasure::{holds, purge, purge_preview, receipts};
pub(crate) use glance::glance;
pub(crate) use insights::{hits, insights, labelled, missed, replay, report, stats, trackers};
pub(crate) use keys::{keys, rotation};
pub(crate) use logins::{login, logout};
pub(crate) use memory::{memory_moved, memory_status, recall_check};
pub(crate) use models::models;
pub(crate) use narrating::{brief, summary};
pub(crate) use outlook::{coach, competitors, forecast, pipeline};
pub(crate) use reports::{config, doctor, eval, reindex, sync};
pub(crate) use settings::{set_up, settings, settings_in_markdown};
pub(crate) use webhook::{webhook_keys, webhook_test};
pub(crate) use work::work;

/// A table without lines, as wide as the terminal.
fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if !header.is_empty() {
        table.set_header(Row::from(header.to_vec()));
    }
    for row in rows {
        table.add_row(Row::from(row));
    }
    table.trim_fmt()
}
