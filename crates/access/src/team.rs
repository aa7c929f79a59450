//! Who is led by whom: the tree below one person.

use std::collections::{BTreeMap, BTreeSet};

use conversation::UserId;

/// Everybody below a person in the company's tree, without the person.
///
/// `led` names each user and whom that user reports to, as the vendor tells it: there may be
/// circles, and managers that are no users. A person who leads himself through a circle is not his
/// own report.
pub fn team_of(
    leader: &UserId,
    led: impl IntoIterator<Item = (UserId, Option<UserId>)>,
) -> BTreeSet<UserId> {
    let mut reports: BTreeMap<UserId, Vec<UserId>> = BTreeMap::new();
    for (user, manager) in led {
        if let Some(manager) = manager {
            reports.entry(manager).or_default().push(user);
        }
    }
    let mut team = BTreeSet::new();
    let mut leaders = vec![leader.clone()];
    while let Some(next) = leaders.pop() {
        // Taken out: nobody's reports are walked twice, so a circle ends.
        for user in reports.remove(&next).unwrap_or_default() {
            if user != *leader && team.insert(user.clone()) {
                leaders.push(user);
            }
        }
    }
    team
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserId {
        UserId::new(name).expect("valid")
    }

    fn check(led: &[(&str, &str)], leader: &str, team: &[&str]) {
        let led = led.iter().map(|(who, by)| {
            let by = (!by.is_empty()).then(|| user(by));
            (user(who), by)
        });
        let found = team_of(&user(leader), led);
        let found: Vec<&str> = found.iter().map(UserId::as_str).collect();
        assert_eq!(found, team, "below {leader}");
    }

    #[test]
    fn a_team_is_the_whole_tree_below_and_nobody_else() {
        let company = [
            ("ceo", ""),
            ("head", "ceo"),
            ("ann", "head"),
            ("bob", "ann"),
            ("cid", "ceo"),
        ];
        check(&company, "ceo", &["ann", "bob", "cid", "head"]);
        check(&company, "head", &["ann", "bob"]);
        check(&company, "bob", &[]);
        check(&company, "stranger", &[]);
    }

    #[test]
    fn a_circle_ends_and_an_unknown_manager_leads_who_names_him() {
        let circle = [
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("d", "gone"),
            ("e", "e"),
        ];
        check(&circle, "a", &["b", "c"]);
        check(&circle, "gone", &["d"]);
        check(&circle, "e", &[]);
    }
}
