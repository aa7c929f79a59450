//! Every metric, with what it means. Nothing exports them yet: that comes with the admin port.

use call_archive::BudgetLeft;
use metrics::{Unit, describe_gauge, gauge};

const REQUESTS_LEFT: &str = "gongkit_gong_requests_left";

/// Says what each metric means, to whatever recorder is installed.
pub(crate) fn describe() {
    describe_gauge!(
        REQUESTS_LEFT,
        Unit::Count,
        "Requests to Gong that the company may still make today (UTC), by who asks: interactive \
         or background"
    );
}

/// What is left of the day, as of the last slot that this process took.
pub(crate) fn requests_left(left: &BudgetLeft) {
    gauge!(REQUESTS_LEFT, "priority" => "interactive").set(f64::from(left.interactive));
    gauge!(REQUESTS_LEFT, "priority" => "background").set(f64::from(left.background));
}
