//! Plans and runs of the CRM.

use std::fmt::Write as _;

use gong_app::views::{
    CrmAppliedView, CrmInitView, CrmLineView, CrmPlanView, CrmReadView, CrmStatusView,
};

use super::table;

/// The longest value of a field in a table; the whole stands in `--json` and in the file.
const LONGEST: usize = 60;

/// What was made.
pub(crate) fn crm_init(view: &CrmInitView) -> String {
    let mut text = if view.made.is_empty() {
        "everything was there".to_owned()
    } else {
        format!(
            "made {} properties: {}",
            view.made.len(),
            view.made.join(", ")
        )
    };
    if !view.has_unique_calls {
        text.push_str(
            "\nHubSpot does not keep calls unique by our property: what is sent is looked for by \
             its time instead",
        );
    }
    if !view.closed.is_empty() {
        let _ = write!(
            text,
            "\nnot open to the token, and not needed: {}",
            view.closed.join(", ")
        );
    }
    let _ = write!(
        text,
        "\n{} stages of deals, {} owners, {} requests",
        view.stages, view.owners, view.requests
    );
    text
}

/// What was read.
pub(crate) fn crm_read(view: &CrmReadView) -> String {
    let mut text = format!(
        "deals: {} told something new, {} as they were, {} erased for good; {} companies, {} \
         contacts, {} e-mails and {} meetings changed; {} requests, none of them a write",
        view.deals_added,
        view.deals_unchanged,
        view.deals_refused,
        view.companies,
        view.contacts,
        view.emails,
        view.meetings,
        view.requests
    );
    if view.unknown_owners > 0 {
        let owners = view.unknown_owners;
        let _ = write!(
            text,
            "\n{owners} owners have no address that a user here has"
        );
    }
    if !view.unknown_stages.is_empty() {
        let stages = view.unknown_stages.join(", ");
        let _ = write!(text, "\nstages that pipeline.* does not name: {stages}");
    }
    if !view.closed.is_empty() {
        let closed = view.closed.join(", ");
        let _ = write!(text, "\nnot open to the token, and left out: {closed}");
    }
    text
}

/// What there is to write, and what a person has to decide.
pub(crate) fn crm_plan(view: &CrmPlanView) -> String {
    let mut text = String::new();
    if !view.lines.is_empty() {
        let heads = ["", "record", "fields", "stays", "links"];
        text.push_str(&table(&heads, view.lines.iter().map(line)));
        text.push_str("\n\n");
    }
    if !view.choices.is_empty() {
        let rows = view.choices.iter().map(|choice| {
            vec![
                choice.call.clone(),
                choice.why.to_owned(),
                choice.among.join(", "),
            ]
        });
        text.push_str("needs choice: gongkit deals pin CALL hubspot:DEAL\n");
        text.push_str(&table(&["call", "why", "among"], rows));
        text.push_str("\n\n");
    }
    let _ = write!(
        text,
        "{} calls: {} records to write, {} as they should be, {} calls without words, {} with \
         nobody whom HubSpot knows; {} requests, none of them a write",
        view.calls,
        view.writes(),
        view.unchanged,
        view.without_words,
        view.unmatched.len(),
        view.requests
    );
    text
}

fn line(line: &CrmLineView) -> Vec<String> {
    let fields = line.fields.iter().map(|field| {
        // Markup and further lines are for the record, not for a cell.
        let mut shown: String = field.to.chars().take(LONGEST).collect();
        shown = shown.replace('\n', " / ");
        if field.field == "body" || field.field == "fingerprint" {
            return field.field.to_owned();
        }
        format!("{}: {shown}", field.field)
    });
    vec![
        line.action.to_owned(),
        line.subject.clone(),
        fields.collect::<Vec<_>>().join("\n"),
        line.kept.join("\n"),
        line.links.join("\n"),
    ]
}

/// What a run did.
pub(crate) fn crm_applied(view: &CrmAppliedView) -> String {
    let mut text = format!(
        "run {}: {} made, {} changed, {} linked, {} requests",
        view.run, view.made, view.changed, view.linked, view.requests
    );
    for (subject, message) in &view.failed {
        let _ = write!(text, "\nrefused {subject}: {message}");
    }
    for (names, what) in [
        (&view.deleted, "deleted in HubSpot, and not made again"),
        (
            &view.unknown,
            "sent without an answer, looked at before the next run",
        ),
        (&view.erased, "erased here meanwhile"),
        (&view.waiting, "not sent"),
    ] {
        if !names.is_empty() {
            let _ = write!(text, "\n{what}: {}", names.join(", "));
        }
    }
    if view.unreached > 0 {
        let _ = write!(
            text,
            "\n{} were not reached, and stay planned",
            view.unreached
        );
    }
    text
}

/// The runs, and what is left of the day.
pub(crate) fn crm_status(view: &CrmStatusView) -> String {
    let rows = view.runs.iter().map(|run| {
        let records = run
            .records
            .iter()
            .map(|(state, many)| format!("{many} {state}"));
        vec![
            run.run.clone(),
            run.began.clone(),
            records.collect::<Vec<_>>().join(", "),
        ]
    });
    let mut text = if view.runs.is_empty() {
        "nothing was written yet".to_owned()
    } else {
        table(&["run", "began", "records"], rows)
    };
    if view.to_blank > 0 {
        let _ = write!(
            text,
            "\n\n{} records are still to be blanked in HubSpot",
            view.to_blank
        );
    }
    let mode = if view.is_continuous { "on" } else { "off" };
    let _ = write!(
        text,
        "\n\n{} of {} requests of 24 hours are spent; continuous writing is {mode}",
        view.requests, view.requests_a_day
    );
    text
}
