//! Every metric, with what it means. Nothing exports them yet: that comes with the admin port.

use call_archive::BudgetLeft;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

const REQUESTS_LEFT: &str = "gongkit_gong_requests_left";
const WEBHOOK_RECEIVED: &str = "gongkit_webhook_received_total";
const WEBHOOK_REFUSED: &str = "gongkit_webhook_refused_total";

/// Says what each metric means, to whatever recorder is installed.
pub(crate) fn describe() {
    describe_gauge!(
        REQUESTS_LEFT,
        Unit::Count,
        "Requests to Gong that the company may still make today (UTC), by who asks: interactive \
         or background"
    );
    describe_counter!(
        WEBHOOK_RECEIVED,
        Unit::Count,
        "Deliveries of Gong that were answered as taken in, by outcome: new, duplicate, erased or \
         test"
    );
    describe_counter!(
        WEBHOOK_REFUSED,
        Unit::Count,
        "Deliveries that were not taken in, by reason: a word of a refusal, unreadable, busy or \
         not-kept"
    );
}

/// A delivery was answered as taken in.
pub(crate) fn webhook_received(outcome: &'static str) {
    counter!(WEBHOOK_RECEIVED, "outcome" => outcome).increment(1);
}

/// A delivery was not taken in.
pub(crate) fn webhook_refused(reason: &'static str) {
    counter!(WEBHOOK_REFUSED, "reason" => reason).increment(1);
}

/// What is left of the day, as of the last slot that this process took.
pub(crate) fn requests_left(left: &BudgetLeft) {
    gauge!(REQUESTS_LEFT, "priority" => "interactive").set(f64::from(left.interactive));
    gauge!(REQUESTS_LEFT, "priority" => "background").set(f64::from(left.background));
}
