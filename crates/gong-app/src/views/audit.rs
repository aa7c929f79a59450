//! The audit log as it leaves us: records, events of OCSF, checkpoints.

use call_archive::{AuditHead, AuditRecord};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const CHECKPOINT: &str = "gongkit audit checkpoint 1";

/// A log that is what was written.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AuditVerifyView {
    /// How many records it has.
    pub records: u64,
    /// The ends of its chains.
    pub chains: Vec<ChainView>,
    /// Whether a checkpoint was at hand: without one a tail that was cut off is not seen.
    pub is_held_to_checkpoint: bool,
}

/// The end of a chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChainView {
    /// The chain.
    pub chain: String,
    /// The number of its last record.
    pub seq: u64,
    /// The code of that record.
    pub mac: String,
}

impl From<&AuditHead> for ChainView {
    fn from(head: &AuditHead) -> Self {
        Self {
            chain: head.chain.clone(),
            seq: head.seq,
            mac: head.mac.clone(),
        }
    }
}

/// Where the log was at a time: to be kept where whoever can change the log cannot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckpointView {
    /// What it is.
    pub format: String,
    /// When it was taken.
    pub taken: String,
    /// The ends of the chains.
    pub chains: Vec<ChainView>,
}

impl CheckpointView {
    pub(crate) fn new(now: Timestamp, heads: &[AuditHead]) -> Self {
        Self {
            format: CHECKPOINT.to_owned(),
            taken: now.to_string(),
            chains: heads.iter().map(Into::into).collect(),
        }
    }

    /// The ends of the chains, if it is a checkpoint that this version understands.
    pub(crate) fn heads(self) -> Option<Vec<AuditHead>> {
        let chains = self.chains.into_iter().map(|chain| AuditHead {
            chain: chain.chain,
            seq: chain.seq,
            mac: chain.mac,
        });
        (self.format == CHECKPOINT).then(|| chains.collect())
    }
}

/// The key of the audit chain alone: for whoever verifies an export elsewhere.
#[derive(Serialize)]
#[non_exhaustive]
pub struct AuditKeyView {
    /// The tenant whose chain it is.
    pub tenant: String,
    /// The key, in hexadecimal digits.
    pub key: String,
}

impl std::fmt::Debug for AuditKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditKeyView")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// A record, every field as it was chained.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AuditLine<'a> {
    /// The chain.
    pub chain: &'a str,
    /// Its number.
    pub seq: u64,
    /// Microseconds since 1970, as they are chained.
    pub at: i64,
    /// The same for people.
    pub time: String,
    /// Who.
    pub actor: &'a str,
    /// In which role.
    pub role: &'a str,
    /// What.
    pub action: &'a str,
    /// On what: ids with a blank between them.
    pub targets: &'a str,
    /// `intent`, or how it ended.
    pub outcome: &'a str,
    /// How many bytes came back.
    pub bytes: u64,
    /// The keyed hash of the parameters.
    pub params: &'a str,
    /// The code of the record before.
    pub prev: &'a str,
    /// The code of this record.
    pub mac: &'a str,
}

impl<'a> AuditLine<'a> {
    pub(crate) fn new(record: &'a AuditRecord) -> Self {
        let entry = &record.entry;
        Self {
            chain: &record.chain,
            seq: record.seq,
            at: entry.at.as_microsecond(),
            time: entry.at.to_string(),
            actor: &entry.actor,
            role: &entry.role,
            action: &entry.action,
            targets: &entry.targets,
            outcome: &entry.outcome,
            bytes: entry.bytes,
            params: &entry.params,
            prev: &record.prev,
            mac: &record.mac,
        }
    }
}

/// A record as an event of OCSF: class 6003, API Activity.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OcsfLine<'a> {
    class_uid: u32,
    category_uid: u32,
    activity_id: u32,
    type_uid: u32,
    severity_id: u32,
    status_id: u32,
    status_code: &'a str,
    time: i64,
    actor: OcsfActor<'a>,
    api: OcsfApi<'a>,
    resources: Vec<OcsfResource<'a>>,
    src_endpoint: OcsfNamed,
    metadata: OcsfMetadata,
    unmapped: AuditLine<'a>,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfActor<'a> {
    user: OcsfUser<'a>,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfUser<'a> {
    uid: &'a str,
    groups: [OcsfGroup<'a>; 1],
}

#[derive(Clone, Debug, Serialize)]
struct OcsfGroup<'a> {
    name: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfApi<'a> {
    operation: &'a str,
    service: OcsfNamed,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfNamed {
    name: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfResource<'a> {
    uid: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfMetadata {
    version: &'static str,
    uid: String,
    product: OcsfProduct,
}

#[derive(Clone, Debug, Serialize)]
struct OcsfProduct {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

const CLASS: u32 = 6003;

impl<'a> OcsfLine<'a> {
    pub(crate) fn new(record: &'a AuditRecord) -> Self {
        let entry = &record.entry;
        let activity_id = activity(&entry.action, &entry.outcome);
        Self {
            class_uid: CLASS,
            category_uid: CLASS / 1_000,
            activity_id,
            type_uid: CLASS * 100 + activity_id,
            severity_id: 1,
            status_id: status(&entry.outcome),
            status_code: &entry.outcome,
            time: entry.at.as_millisecond(),
            actor: OcsfActor {
                user: OcsfUser {
                    uid: &entry.actor,
                    groups: [OcsfGroup { name: &entry.role }],
                },
            },
            api: OcsfApi {
                operation: &entry.action,
                service: OcsfNamed { name: "gongkit" },
            },
            resources: entry
                .targets
                .split(' ')
                .filter(|uid| !uid.is_empty())
                .map(|uid| OcsfResource { uid })
                .collect(),
            src_endpoint: OcsfNamed { name: "gongkit" },
            metadata: OcsfMetadata {
                version: "1.3.0",
                uid: format!("{}/{}", record.chain, record.seq),
                product: OcsfProduct {
                    name: "gongkit",
                    vendor_name: "gongkit",
                    version: env!("CARGO_PKG_VERSION"),
                },
            },
            unmapped: AuditLine::new(record),
        }
    }
}

/// 1 create, 2 read, 3 update, 4 delete, 99 other.
fn activity(action: &str, outcome: &str) -> u32 {
    match (action, outcome) {
        (_, "created") => 1,
        (_, "revoked") | ("purge", _) => 4,
        ("sync" | "import" | "reindex", _) => 3,
        (action, _) if action.starts_with("gong.") || action.starts_with("audit_") => 2,
        ("search" | "show" | "get_call" | "list_calls" | "auth_keys", _) => 2,
        _ => 99,
    }
}

/// 1 success, 2 failure, 0 not known yet.
fn status(outcome: &str) -> u32 {
    match outcome {
        "intent" => 0,
        "ok" | "created" | "revoked" => 1,
        status if status.starts_with('2') => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_is_not_known_yet_and_an_answer_of_gong_s_is_what_its_status_says() {
        let statuses = ["intent", "ok", "200", "429", "no_answer", "denied"].map(status);
        assert_eq!(statuses, [0, 1, 1, 2, 2, 2]);
        assert_eq!(activity("gong.listCalls", "200"), 2);
        assert_eq!(activity("auth_keys", "created"), 1);
        assert_eq!(activity("purge", "ok"), 4);
    }

    #[test]
    fn another_file_is_no_checkpoint() {
        let mut view = CheckpointView::new(Timestamp::UNIX_EPOCH, &[]);
        assert_eq!(view.clone().heads(), Some(Vec::new()));
        view.format = "gongkit audit checkpoint 2".to_owned();
        assert_eq!(view.heads(), None);
    }
}
