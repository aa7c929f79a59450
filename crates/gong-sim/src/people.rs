//! Users and workspaces, taken from the calls.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Error, Result, WorldCall};

/// The users and workspaces of the company, by id.
#[derive(Debug, Default)]
pub(crate) struct People {
    users: BTreeMap<String, Value>,
    workspaces: BTreeMap<String, Value>,
}

impl People {
    /// What the world says about them; what it does not say comes from the calls.
    pub(crate) fn of(users: Vec<Value>, workspaces: Vec<Value>, calls: &[WorldCall]) -> Self {
        let by_id = |list: Vec<Value>| {
            let known = list
                .into_iter()
                .filter_map(|one| Some((one["id"].as_str()?.to_owned(), one)));
            known.collect::<BTreeMap<_, _>>()
        };
        let mut people = Self {
            users: by_id(users),
            workspaces: by_id(workspaces),
        };
        for call in calls {
            people.meet(call);
        }
        people
    }

    /// Learns the users and the workspace of a call.
    pub(crate) fn meet(&mut self, call: &WorldCall) {
        if let Some(id) = call.workspace.as_deref() {
            let number = self.workspaces.len() + 1;
            self.workspaces.entry(id.to_owned()).or_insert_with(
                || json!({ "id": id, "name": format!("Workspace {number}"), "description": "" }),
            );
        }
        let host = call.primary_user.as_deref();
        if call.is_generated() && host.is_some_and(|host| self.users.contains_key(host)) {
            return;
        }
        for party in call.call_json()["parties"].as_array().into_iter().flatten() {
            if let Some(id) = party["userId"].as_str() {
                self.users
                    .entry(id.to_owned())
                    .or_insert_with(|| user(id, party));
            }
        }
    }

    /// Changes a user as `edit` says.
    pub(crate) fn edit(&mut self, id: &str, edit: impl FnOnce(&mut Value)) -> Result<()> {
        let user = self
            .users
            .get_mut(id)
            .ok_or_else(|| Error::UnknownCall { id: id.to_owned() })?;
        edit(user);
        Ok(())
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.users.iter()
    }

    pub(crate) fn workspaces(&self) -> Vec<Value> {
        self.workspaces.values().cloned().collect()
    }
}

/// A user in Gong's shape from what a call tells of one.
fn user(id: &str, party: &Value) -> Value {
    let name = party["name"].as_str().unwrap_or("");
    let (first_name, last_name) = name.split_once(' ').unwrap_or((name, ""));
    let mut user = Map::new();
    for name in ["emailAddress", "title", "phoneNumber"] {
        user.insert(
            name.to_owned(),
            party.get(name).cloned().unwrap_or(Value::Null),
        );
    }
    let rest = json!({
        "id": id,
        "created": "2024-02-17T02:30:00-08:00",
        "active": true,
        "emailAliases": [],
        "trustedEmailAddress": null,
        "firstName": first_name,
        "lastName": last_name,
        "extension": null,
        "personalMeetingUrls": [],
        "settings": {
            "webConferencesRecorded": true,
            "preventWebConferenceRecording": false,
            "telephonyCallsImported": true,
            "emailsImported": true,
            "preventEmailImport": false,
            "nonRecordedMeetingsImported": true,
            "gongConnectEnabled": true,
        },
        "managerId": null,
        "meetingConsentPageUrl": null,
        "conferencingProviders": [],
        "spokenLanguages": [{ "language": "en-US", "primary": true }],
    });
    if let Value::Object(rest) = rest {
        user.extend(rest);
    }
    Value::Object(user)
}
