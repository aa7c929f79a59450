//! The table in the code is the table on the page, cell by cell, operation by operation.

use std::str::FromStr as _;

use access::{Caller, Operation, Permission, Proof, Reach, Role, reach, table_as_markdown};
use conversation::{Tenant, UserId};

use crate::model::{page, written};

fn caller(role: Role) -> Caller {
    Caller::recognised(Tenant::default(), "key:1", Proof::ApiKey, role)
}

fn ann() -> UserId {
    UserId::new("ann").expect("valid")
}

#[test]
fn the_page_and_the_code_hold_the_same_table() {
    assert_eq!(
        page(),
        table_as_markdown().trim(),
        "run `cargo run -p access --example table` and put the table into ARCHITECTURE.md"
    );
}

#[test]
fn each_role_may_do_exactly_the_operations_that_its_column_gives() {
    let written = written();
    let mut checked = 0;
    for role in &written.roles {
        let role = Role::from_str(role).expect("a role");
        for (permission, operations, _) in &written.rows {
            let cell = written.cell(permission, role.as_str());
            let permission = Permission::from_str(permission).expect("a permission");
            assert_eq!(
                reach(role, permission).as_str(),
                cell,
                "{role} {permission}"
            );
            for operation in operations {
                let operation = Operation::from_str(operation).expect("an operation");
                assert_eq!(operation.permission(), permission);
                let bound = caller(role).being(ann(), [].into());
                assert_eq!(
                    bound.may(operation).is_ok(),
                    cell != "–",
                    "{role} {operation}"
                );
                // Own and team rows belong to somebody.
                let is_open = !matches!(cell, "–" | "own" | "team");
                assert_eq!(
                    caller(role).may(operation).is_ok(),
                    is_open,
                    "{role} {operation}"
                );
                checked += 1;
            }
        }
    }
    assert_eq!(checked, Role::ALL.len() * Operation::all().count());
    assert_eq!(written.rows.len(), Permission::ALL.len());
}

#[test]
fn a_limit_takes_away_and_never_gives() {
    for role in Role::ALL {
        for limit in Permission::ALL {
            let limited = caller(role).being(ann(), [].into()).limited_to([limit]);
            for permission in Permission::ALL {
                let given = if permission == limit {
                    reach(role, permission)
                } else {
                    Reach::Nothing
                };
                assert_eq!(limited.reach(permission), given, "{role} {permission}");
            }
        }
    }
}

#[test]
fn nobody_may_nothing_and_the_local_person_everything() {
    let nobody = Caller::nobody(Tenant::default());
    let local = Caller::local(Tenant::default());
    for operation in Operation::all() {
        let denied = nobody.may(operation).expect_err("closed");
        assert_eq!(denied.permission(), operation.permission());
        assert_eq!(local.may(operation), Ok(()));
    }
}
