//! Roles, keys, and the audit log.

use gong_app::views::{
    ApiKeyView, ApiKeysView, AuditKeyView, AuditVerifyView, CallerView, CanView, ChainView,
    CheckpointView, NewApiKeyView,
};

use super::table;

/// Whether a role may do something.
pub(crate) fn can_i(view: &CanView) -> String {
    let what = match view.operation {
        Some(operation) => format!("{operation} needs {}", view.permission),
        None => view.permission.to_owned(),
    };
    format!("{}: {what}", view.reach)
}

/// As whom a command acts.
pub(crate) fn whoami(view: &CallerView) -> String {
    let role = view.role.unwrap_or("no role");
    let mut rows = vec![
        row("acts as", role),
        row("by", view.proof),
        row("in the audit log", &view.actor),
    ];
    if let Some(user) = &view.user_id {
        rows.push(row("user in Gong", user));
        rows.push(row("leads", &view.team.to_string()));
    }
    rows.extend(
        view.permissions
            .iter()
            .map(|(permission, reach)| row(permission, reach)),
    );
    table(&[], rows)
}

/// A key that was made just now.
pub(crate) fn new_api_key(view: &NewApiKeyView) -> String {
    format!("{}\n\n{}", api_key(&view.key), view.secret)
}

/// One key.
pub(crate) fn api_key(view: &ApiKeyView) -> String {
    table(&HEADER, [cells(view)])
}

/// All keys.
pub(crate) fn api_keys(view: &ApiKeysView) -> String {
    if view.keys.is_empty() {
        return "There is no API key. `gongkit auth keys create LABEL --role ROLE` makes one."
            .to_owned();
    }
    table(&HEADER, view.keys.iter().map(cells))
}

const HEADER: [&str; 8] = [
    "id",
    "label",
    "state",
    "role",
    "user",
    "at most",
    "expires",
    "last used",
];

fn cells(view: &ApiKeyView) -> Vec<String> {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    vec![
        view.id.clone(),
        view.label.clone(),
        view.state.to_owned(),
        view.role.to_owned(),
        or_dash(&view.user_id),
        view.permissions
            .as_ref()
            .map_or_else(|| "role".to_owned(), |permissions| permissions.join(" ")),
        view.expires.clone(),
        or_dash(&view.last_used),
    ]
}

/// A log that is what was written.
pub(crate) fn verified(view: &AuditVerifyView) -> String {
    let checkpoint = if view.is_held_to_checkpoint {
        "nothing is missing that the checkpoint names"
    } else {
        "without --checkpoint a tail that was cut off is not seen"
    };
    let ends = chains(&view.chains);
    format!(
        "{} records are what was written; {checkpoint}\n{ends}",
        view.records
    )
}

/// The key of the audit chain, and nothing beside it.
pub(crate) fn audit_key(view: &AuditKeyView) -> String {
    view.key.clone()
}

/// Where the log ends.
pub(crate) fn checkpoint(view: &CheckpointView) -> String {
    format!("taken {}\n{}", view.taken, chains(&view.chains))
}

fn chains(chains: &[ChainView]) -> String {
    let rows = chains
        .iter()
        .map(|end| vec![end.chain.clone(), end.seq.to_string(), end.mac.clone()]);
    table(&["chain", "last record", "its code"], rows)
}

fn row(name: &str, value: &str) -> Vec<String> {
    vec![name.to_owned(), value.to_owned()]
}
