//! Who spoke to whom, and when last.

use super::{ann, check, known, mail, verdict};
use crate::deals::testing::deal_with;
use crate::deals::{Activities, State, Warning};
use conversation::Side;

#[test]
fn no_activity() {
    let check = |activities, day, state, reason| {
        let view = deal_with("Proposal", vec![ann("2026-03-02", vec![])], activities);
        check(Warning::NoActivity, &view, day, state, reason);
    };
    let none = || known(Vec::new());
    check(
        none(),
        "2026-03-16",
        State::Clear,
        "the last two-way interaction was 14 days ago; the limit is 14",
    );
    check(
        none(),
        "2026-03-17",
        State::Fires,
        "the last two-way interaction was 15 days ago; the limit is 14",
    );
    let answer = || known(vec![mail("2026-03-10", Side::Theirs)]);
    check(
        answer(),
        "2026-03-17",
        State::Clear,
        "the last two-way interaction was 7 days ago; the limit is 14",
    );
    let ours = || known(vec![mail("2026-03-10", Side::Ours)]);
    check(
        ours(),
        "2026-03-17",
        State::Fires,
        "the last two-way interaction was 15 days ago; the limit is 14",
    );
    let not_connected = "no source of e-mails and meetings is connected";
    check(
        Activities::NotConnected,
        "2026-03-17",
        State::Unknown,
        not_connected,
    );
}

#[test]
fn ghosted() {
    let check = |ours: &[&str], state, reason| {
        let mails = ours.iter().map(|day| mail(day, Side::Ours)).collect();
        let view = deal_with("Proposal", vec![ann("2026-03-02", vec![])], known(mails));
        check(Warning::Ghosted, &view, "2026-03-12", state, reason);
    };
    let two = ["2026-03-05", "2026-03-09"];
    check(
        &two,
        State::Fires,
        "2 touches of ours since the last of theirs, 10 days ago",
    );
    check(
        &two[..1],
        State::Clear,
        "1 touches of ours since the last of theirs, 10 days ago",
    );
    check(
        &["2026-03-01"; 3],
        State::Clear,
        "0 touches of ours since the last of theirs, 10 days ago",
    );

    let blind = deal_with("Proposal", Vec::new(), Activities::NotConnected);
    assert_eq!(
        verdict(Warning::Ghosted, &blind, "2026-03-12").state(),
        State::Unknown
    );
    let never = deal_with(
        "Proposal",
        Vec::new(),
        known(two.map(|day| mail(day, Side::Ours)).to_vec()),
    );
    let found = verdict(Warning::Ghosted, &never, "2026-03-20");
    assert_eq!(
        found.reason(),
        "2 touches of ours, the first 15 days ago, and none of theirs"
    );
    assert_eq!(found.state(), State::Fires);
}
