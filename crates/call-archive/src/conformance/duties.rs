//! Laws of duties: one holder at a time, and nothing written by anybody else in its name.

use std::sync::Arc;

use access::Scope;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::{
    Appointed, Archive, Checkpoint, Duties, Duty, Erasure, Error, ErrorKind, Finished, JobKind,
    JobRequest, LONGEST_DUTY,
};

use super::fixture::{at, full, id, put};

const NAME: &str = "sync";

pub(super) async fn check<A: Archive + Duties + 'static>(make: &impl AsyncFn() -> (A, A)) {
    a_duty_has_one_holder_until_its_time_has_passed(make().await).await;
    a_duty_that_is_left_is_free_at_once(make().await).await;
    a_duty_taken_by_a_clock_that_was_set_back_is_free(make().await).await;
    however_many_ask_one_gets_it(make().await).await;
    who_was_paused_past_its_time_changes_nothing(make().await).await;
}

async fn take(on: &impl Duties, holder: &str, second: i64) -> Appointed {
    let taken = on.take_duty(NAME, holder, at(second + 60), at(second));
    taken.await.expect("answered")
}

async fn taken(on: &impl Duties, holder: &str, second: i64) -> Duty {
    match take(on, holder, second).await {
        Appointed::Held(duty) => duty,
        Appointed::Busy(held) => unreachable!("{held:?} has it"),
    }
}

async fn a_duty_has_one_holder_until_its_time_has_passed<A: Duties>((one, other): (A, A)) {
    let law = "a duty has one holder until its time has passed";
    assert_eq!(one.duty(NAME).await.expect("read"), None);
    let first = taken(&one, "a", 0).await;
    assert_eq!((&*first.name, &*first.holder), (NAME, "a"));
    assert_eq!(other.duty(NAME).await.expect("read"), Some(first.clone()));
    assert_eq!(
        take(&other, "b", 59).await,
        Appointed::Busy(first.clone()),
        "{law}"
    );

    let renewed = one.renew_duty(&first, at(100)).await;
    assert_eq!(renewed.expect("answered"), Finished::Held, "{law}");
    let busy = take(&other, "b", 99).await;
    assert!(matches!(busy, Appointed::Busy(held) if held.until == at(100)));

    let second = taken(&other, "b", 100).await;
    assert!(
        second.fence > first.fence,
        "a later holder's fence is greater"
    );
    let law = "what was taken over is neither renewed nor left by who had it";
    let renewed = one.renew_duty(&first, at(900)).await;
    assert_eq!(renewed.expect("answered"), Finished::Lost, "{law}");
    let left = one.leave_duty(&first).await;
    assert_eq!(left.expect("answered"), Finished::Lost, "{law}");
    assert_eq!(one.duty(NAME).await.expect("read"), Some(second), "{law}");

    let apart = one.take_duty("another", "a", at(160), at(100)).await;
    assert!(
        matches!(apart, Ok(Appointed::Held(_))),
        "names are apart: {apart:?}"
    );
}

async fn a_duty_that_is_left_is_free_at_once<A: Duties>((one, other): (A, A)) {
    let law = "a duty that is left is free at once";
    let first = taken(&one, "a", 0).await;
    let left = one.leave_duty(&first).await;
    assert_eq!(left.expect("answered"), Finished::Held, "{law}");

    let second = taken(&other, "b", 1).await;
    assert!(second.fence > first.fence, "{law}");
    let refused = one.on_duty(&first).save(checkpoint("late")).await;
    assert_eq!(kind(refused), Err(ErrorKind::OffDuty), "{law}");
}

async fn a_duty_taken_by_a_clock_that_was_set_back_is_free<A: Duties>((one, other): (A, A)) {
    let law = "a duty whose end is too far away is free";
    let longest = SignedDuration::try_from(LONGEST_DUTY).expect("minutes");
    let far = at(0) + longest + SignedDuration::from_secs(1);
    let held = one.take_duty(NAME, "a", far, at(0)).await;
    assert!(matches!(held, Ok(Appointed::Held(_))));

    taken(&other, "b", 0).await;
    assert!(
        matches!(take(&one, "a", 1).await, Appointed::Busy(_)),
        "{law}"
    );
}

async fn however_many_ask_one_gets_it<A: Duties + 'static>((one, other): (A, A)) {
    let law = "however many ask at once, one gets the duty";
    let handles = [Arc::new(one), Arc::new(other)];
    let mut asking = JoinSet::new();
    for number in 0..12 {
        let on = Arc::clone(&handles[number % 2]);
        asking.spawn(async move { take(&*on, &format!("holder {number}"), 0).await });
    }

    let answers = asking.join_all().await;
    let is_held = |answer: &&Appointed| matches!(answer, Appointed::Held(_));
    assert_eq!(answers.iter().filter(is_held).count(), 1, "{law}");
}

async fn who_was_paused_past_its_time_changes_nothing<A>((one, other): (A, A))
where
    A: Archive + Duties,
{
    let law = "who was paused past its time changes nothing";
    let first = taken(&one, "a", 0).await;
    let paused = one.on_duty(&first);
    let stored = paused.put(vec![put(full("1"), None)], None, at(1)).await;
    stored.expect("the holder writes");
    paused.save(checkpoint("first")).await.expect("saved");

    let second = taken(&other, "b", 61).await;
    let present = other.on_duty(&second);
    let late = Some(checkpoint("late"));
    let refused = paused.put(vec![put(full("2"), None)], late, at(62)).await;
    assert_eq!(kind(refused), Err(ErrorKind::OffDuty), "{law}");
    let refused = paused.save(checkpoint("late")).await;
    assert_eq!(kind(refused), Err(ErrorKind::OffDuty), "{law}");
    let jobs = [JobRequest::new(JobKind::Transcript, id("1"), at(62))];
    let refused = paused.enqueue(&jobs, at(62)).await;
    assert_eq!(kind(refused), Err(ErrorKind::OffDuty), "{law}");
    let refused = paused.claim(&JobKind::ALL, 9, at(90), at(62)).await;
    assert_eq!(kind(refused), Err(ErrorKind::OffDuty), "{law}");
    let how = Erasure::WithTombstone;
    let refused = paused.begin_erase(&id("1"), how, at(62)).await;
    assert_eq!(kind(refused), Err(ErrorKind::OffDuty), "{law}");

    let known = paused.known(&[id("1"), id("2")]).await.expect("it reads");
    assert_eq!(known.len(), 1, "{law}");
    let read = other.read(&Scope::internal(), &[id("1")]).await;
    assert_eq!(read.expect("read").len(), 1, "{law}");
    let saved = other.load("window").await.expect("loaded");
    assert_eq!(saved.as_deref(), Some("first"), "{law}");
    let left = present.claim(&JobKind::ALL, 9, at(90), at(62)).await;
    assert_eq!(left.expect("the present holder claims"), [], "{law}");
    let stored = present.put(vec![put(full("2"), None)], None, at(63)).await;
    stored.expect("the present holder writes");
}

fn checkpoint(value: &str) -> Checkpoint {
    Checkpoint {
        name: "window".to_owned(),
        value: value.to_owned(),
    }
}

fn kind<T>(answer: Result<T, Error>) -> Result<(), ErrorKind> {
    answer.map(drop).map_err(|error| error.kind())
}
