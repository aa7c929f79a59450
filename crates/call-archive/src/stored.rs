//! What every archive that keeps a database shares: the form of its rows, sealing, keys, the file
//! of erasures. No SQL stands here; a back end reads and writes columns, this says what they hold.

mod answer_row;
mod api_key_row;
mod audit_row;
#[cfg(feature = "postgres")]
mod cells;
mod classes;
mod context;
mod deal_row;
mod delivery_row;
mod erase_log;
mod fault;
mod finding_row;
mod key_file;
mod key_text;
mod keys;
mod label_row;
mod migration;
mod numbers_row;
mod record;
mod rewrap;
mod row;
mod schema;
mod seal;
mod secret_row;
mod user_row;
mod words;
mod write_row;

pub(crate) use answer_row::{AnswerRow, Sources, answer_id};
pub(crate) use api_key_row::ApiKeyRow;
pub(crate) use audit_row::AuditRow;
#[cfg(feature = "postgres")]
pub(crate) use cells::{Cell, Digest, TableForm, copied_tables};
pub use classes::{Class, ClassedColumn, classes, classes_as_markdown};
pub(crate) use context::{Context, SealedKey};
pub(crate) use deal_row::{AccountRow, SnapshotRow, new_deal_key, open_deal_key};
pub(crate) use delivery_row::{open_delivery, seal_delivery};
pub(crate) use erase_log::{Entry, EraseLog, Logged, LoggedHold};
pub(crate) use fault::{bad_id, damaged, file, stopped};
pub(crate) use finding_row::{FindingRow, sentence};
pub use key_file::FileKeys;
pub(crate) use key_file::{private_file, sync_folder};
pub(crate) use key_text::{read_key_text, write_key_text};
#[cfg(feature = "postgres")]
pub(crate) use keys::HASH;
pub(crate) use keys::{DATA, DekRow, KeyRing, Keys, WrappedKey, check_value};
pub(crate) use label_row::LabelRow;
pub(crate) use migration::Migration;
#[cfg(feature = "postgres")]
pub(crate) use migration::Step;
#[cfg(test)]
pub(crate) use migration::check_list;
pub(crate) use numbers_row::NumbersRow;
pub(crate) use rewrap::{WRAPPED, WrappedRow, WrappedTable};
pub(crate) use row::{
    Beside, CallRow, Clear, Depth, PartyRow, TextRow, needs_key, number, open_words, revision,
};
pub use schema::SchemaStatus;
pub(crate) use seal::{Key, Place, unpack};
pub(crate) use secret_row::{KEYED, SecretRow, in_ledger};
pub(crate) use user_row::UserRow;
pub(crate) use words::{job_kind, keep_word};
pub(crate) use write_row::{RemnantRow, WriteRow, WriteSources, write_state};
