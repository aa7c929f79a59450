//! Which rows a caller reaches, in which form: every case of a small company, against the model.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use access::{Caller, Form, Permission, PrivateCalls, Proof, Role, team_of};
use conversation::{Tenant, UserId};

use crate::model::{Asker, Written, written};

/// head leads ann and bob, bob leads cid; dan and eve lead each other.
const COMPANY: [(&str, &str); 5] = [
    ("ann", "head"),
    ("bob", "head"),
    ("cid", "bob"),
    ("dan", "eve"),
    ("eve", "dan"),
];
const PEOPLE: [&str; 6] = ["head", "ann", "bob", "cid", "dan", "eve"];

fn user(name: &str) -> UserId {
    UserId::new(name).expect("valid")
}

fn caller(role: &str, name: Option<&str>) -> Caller {
    let role = Role::from_str(role).expect("a role");
    let caller = Caller::recognised(Tenant::default(), "key:1", Proof::ApiKey, role);
    let Some(name) = name else { return caller };
    let led = PEOPLE.map(|name| {
        let manager = COMPANY.iter().find(|(led, _)| *led == name);
        (user(name), manager.map(|(_, manager)| user(manager)))
    });
    caller.being(user(name), team_of(&user(name), led))
}

/// Every set of at most two people, as the users of a call.
fn groups() -> Vec<Vec<&'static str>> {
    let mut groups = vec![vec![]];
    for (at, first) in PEOPLE.iter().enumerate() {
        groups.push(vec![*first]);
        groups.extend(PEOPLE[at + 1..].iter().map(|second| vec![*first, *second]));
    }
    groups
}

fn check(written: &Written, role: &str, name: Option<&str>) -> usize {
    let manager_of: BTreeMap<String, String> = COMPANY
        .iter()
        .map(|(led, manager)| ((*led).to_owned(), (*manager).to_owned()))
        .collect();
    let asker = Asker {
        role,
        user: name,
        manager_of: &manager_of,
    };
    let caller = caller(role, name);
    let mut checked = 0;
    for permission in [
        "calls.read",
        "transcripts.read",
        "insights.read",
        "deals.read",
        "coaching.read",
    ] {
        let asked = Permission::from_str(permission).expect("a permission");
        for private in [PrivateCalls::Withheld, PrivateCalls::Included] {
            let asks = private == PrivateCalls::Included;
            let sight = caller.sight(asked, private);
            for group in groups() {
                let users: Vec<UserId> = group.iter().map(|name| user(name)).collect();
                for is_private in [false, true] {
                    let seen =
                        |permission| asker.sees(written, permission, &group, is_private, asks);
                    let case =
                        format!("{role} {name:?} {permission} {group:?} {is_private} {asks}");
                    checked += 1;
                    let Ok(sight) = &sight else {
                        assert_eq!(seen(permission), None, "{case}");
                        continue;
                    };
                    let is_seen = sight.facts().admits(&users, is_private);
                    assert_eq!(Some(is_seen), seen(permission), "{case}");
                    let form = sight.form(&users, is_private);
                    let may_read = seen("transcripts.read") == Some(true);
                    assert_eq!(form == Form::Whole, may_read, "words: {case}");
                    let counted = sight.facts().clone().without_private();
                    let is_counted = counted.admits(&users, is_private);
                    assert_eq!(is_counted, is_seen && !is_private, "counts: {case}");
                }
            }
        }
    }
    checked
}

#[test]
fn every_row_is_seen_or_not_as_the_table_says() {
    let written = written();
    let mut checked = 0;
    for role in &written.roles {
        checked += check(&written, role, None);
        for name in PEOPLE {
            checked += check(&written, role, Some(name));
        }
    }
    assert_eq!(checked, 6 * 7 * 5 * 2 * groups().len() * 2);
}

#[test]
fn a_viewer_gets_calls_in_the_form_without_words() {
    let viewer = caller("viewer", None);

    let sight = viewer
        .sight(Permission::InsightsRead, PrivateCalls::Withheld)
        .expect("open");

    let form = sight.form(&[user("ann")], false);
    assert_eq!(form.words(|| "what was said"), None);
    assert_eq!(sight.words(), None);
}

#[test]
fn a_manager_sees_no_private_call_of_the_team_but_the_own() {
    let head = caller("manager", Some("head"));

    let sight = head
        .sight(Permission::TranscriptsRead, PrivateCalls::Withheld)
        .expect("open");

    let facts = sight.facts();
    assert!(facts.admits(&[user("cid")], false));
    assert!(!facts.admits(&[user("cid")], true));
    assert!(facts.admits(&[user("cid"), user("head")], true));
    let asked = head.scope(Permission::CallsRead, PrivateCalls::Included);
    assert_eq!(
        asked.map_err(|denied| denied.permission()),
        Err(Permission::PrivateRead)
    );
}
