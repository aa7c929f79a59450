//! Resources: calls, their transcripts, and what a rep or a customer has been in.

use std::num::NonZeroUsize;

use gong_app::{Alike, App, CallsRequest, Operation, Suggest, TranscriptRequest};
use serde_json::{Value, json};

use crate::answer::{Answer, MOST};
use crate::refusal::Refusal;
use crate::tools::{of_call, piece_of, rows};

/// A template as it is declared.
pub(crate) struct Template {
    pub(crate) uri: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) needs: Operation,
    /// What the part in braces may be.
    pub(crate) suggest: Suggest,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Call,
    Transcript,
    Rep,
    Account,
}

/// Every template, in the order of their addresses.
pub(crate) const TEMPLATES: &[Template] = &[
    Template {
        uri: "gong://accounts/{account}",
        name: "account",
        title: "Calls of a customer",
        about: "The newest calls with a customer, by domain or CRM id",
        needs: Operation::LIST_CALLS,
        suggest: Suggest::Accounts,
        what: What::Account,
    },
    Template {
        uri: "gong://calls/{call_id}",
        name: "call",
        title: "A call",
        about: "A call without its words",
        needs: Operation::GET_CALL,
        suggest: Suggest::Calls,
        what: What::Call,
    },
    Template {
        uri: "gong://calls/{call_id}/transcript{?cursor}",
        name: "transcript",
        title: "A transcript",
        about: "What was said, in parts; next_cursor continues",
        needs: Operation::TRANSCRIPT,
        suggest: Suggest::Calls,
        what: What::Transcript,
    },
    Template {
        uri: "gong://reps/{rep}",
        name: "rep",
        title: "Calls of a rep",
        about: "The newest calls of one of our people, by name, e-mail or id",
        needs: Operation::LIST_CALLS,
        suggest: Suggest::Reps,
        what: What::Rep,
    },
];

/// How many calls are offered as resources, and how many a list holds.
const NEWEST: NonZeroUsize = NonZeroUsize::new(20).expect("not zero");

/// An address that was understood.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    template: usize,
    value: String,
    cursor: Option<String>,
}

impl Template {
    pub(crate) fn is_for(&self, app: &App) -> bool {
        app.caller().may(self.needs).is_ok()
    }
}

/// The newest calls, as address and title.
pub(crate) async fn newest(app: &App) -> Result<Vec<(String, String)>, Refusal> {
    if app.caller().may(Operation::LIST_CALLS).is_err() {
        return Ok(Vec::new());
    }
    let view = app.calls(&CallsRequest::new(NEWEST)).await?;
    Ok(view
        .calls
        .into_iter()
        .map(|call| {
            let day = call.started.get(..10).unwrap_or_default();
            let title = call.title.unwrap_or_else(|| format!("Call of {day}"));
            (format!("gong://calls/{}", call.id), title)
        })
        .collect())
}

/// What stands at an address; `None` for what is no address of ours, or not the caller's.
pub(crate) async fn read(app: &App, uri: &str) -> Option<Result<Value, Refusal>> {
    let Address {
        template,
        value,
        cursor,
    } = address(uri)?;
    let template = TEMPLATES.get(template).filter(|one| one.is_for(app))?;
    Some(match template.what {
        What::Call => match app.call(&value, false).await {
            Ok(view) => Ok(of_call(&view).into_value()),
            Err(error) => Err(error.into()),
        },
        What::Transcript => {
            let mut request = TranscriptRequest::new(value);
            request.after = cursor;
            let part = piece_of(app, request, MOST).await;
            part.map(Answer::into_value)
        }
        What::Rep | What::Account => {
            let mut request = CallsRequest::new(NEWEST);
            request.filters.alike = Alike::AskWhich;
            match template.what {
                What::Rep => request.filters.reps.push(value),
                _ => request.filters.accounts.push(value),
            }
            match app.calls(&request).await {
                Ok(view) => Ok(Answer::new(json!({"calls": rows(&view.calls)}))
                    .page(view.total, view.next)
                    .giving_way(&["calls"])
                    .into_value()),
                Err(error) => Err(error.into()),
            }
        }
    })
}

fn address(uri: &str) -> Option<Address> {
    let rest = uri.strip_prefix("gong://")?;
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let mut cursor = None;
    for (name, value) in query.into_iter().flat_map(pairs) {
        if name != "cursor" {
            return None;
        }
        cursor = Some(value);
    }
    let parts: Vec<&str> = path.split('/').collect();
    let (template, value) = match parts.as_slice() {
        ["accounts", value] => (0, value),
        ["calls", value] => (1, value),
        ["calls", value, "transcript"] => (2, value),
        ["reps", value] => (3, value),
        _ => return None,
    };
    if cursor.is_some() && template != 2 {
        return None;
    }
    // A path is written like the value of a form, but for the plus sign.
    let value = decoded(&value.replace('+', "%2B"));
    (!value.is_empty()).then_some(Address {
        template,
        value,
        cursor,
    })
}

fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn decoded(text: &str) -> String {
    let text = format!("v={}", text.replace('&', "%26"));
    pairs(&text).into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str) -> Option<(usize, String, Option<String>)> {
        let found = address(uri)?;
        Some((found.template, found.value, found.cursor))
    }

    #[test]
    fn an_address_is_understood_and_anything_else_is_none() {
        assert_eq!(of("gong://calls/7"), Some((1, "7".into(), None)));
        assert_eq!(
            of("gong://calls/7/transcript?cursor=3%3A1.0%3A0"),
            Some((2, "7".into(), Some("3:1.0:0".into())))
        );
        assert_eq!(
            of("gong://accounts/domain%3Aacme.example"),
            Some((0, "domain:acme.example".into(), None))
        );
        assert_eq!(
            of("gong://reps/Ada%20Example"),
            Some((3, "Ada Example".into(), None))
        );
        assert_eq!(
            of("gong://reps/a+b@us.example").map(|of| of.1),
            Some("a+b@us.example".into())
        );
        for bad in [
            "",
            "gong://",
            "gong://calls",
            "gong://calls/",
            "gong://calls/7/words",
            "gong://calls/7?cursor=1",
            "gong://calls/7/transcript?all=1",
            "file:///etc/passwd",
            "GONG://calls/7",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_template_says_what_completes_it() {
        for template in TEMPLATES {
            assert_eq!(
                template.uri.matches('{').count() - template.uri.matches("{?").count(),
                1
            );
        }
    }
}
