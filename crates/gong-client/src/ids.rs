//! Gong's ids: strings of digits, or numbers in some answers, and never a float.
use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Value, value::RawValue};

use crate::wire::ToJson;

/// The longest id that is taken for one.
const LONGEST: usize = 256;

/// The text cannot be an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to {LONGEST} characters without white space, control characters or slashes")]
#[non_exhaustive]
pub struct InvalidId;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// Read from a JSON string or a JSON integer of any size, digit for digit.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Makes an id of its text.
            ///
            /// # Errors
            /// When the text cannot be an id.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_id(&text) { Ok(Self(text)) } else { Err(InvalidId) }
            }

            /// The id as Gong writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id's text.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl ToJson for $name {
            fn to_json(&self) -> Value {
                self.0.as_str().into()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                text_of_id(deserializer).map(Self)
            }
        }
    )*};
}

id! {
    /// A recorded call (`metaData.id`, `callId`).
    CallId
    /// A user of the company's Gong (`userId`).
    UserId
    /// A workspace inside a company's Gong.
    WorkspaceId
    /// A party of one call (`parties[].id`).
    PartyId
    /// A voice in one call's transcript (`speakerId`), which joins monologues to parties.
    SpeakerId
    /// A tracker.
    TrackerId
    /// A comment on a call.
    CommentId
    /// A call outcome.
    OutcomeId
    /// A flow of Gong Engage.
    FlowId
    /// A folder of flows.
    FlowFolderId
    /// A step of a flow.
    FlowStepId
    /// A prospect's way through a flow.
    FlowInstanceId
    /// An assignment of many prospects to a flow.
    BulkAssignmentId
    /// A task of Gong Engage.
    TaskId
    /// A priority of tasks.
    PriorityId
    /// An object of the company's CRM, as the CRM names it.
    CrmId
    /// A CRM that was registered by API.
    IntegrationId
    /// A name that the caller gives to a request, so that it takes effect once.
    ClientRequestId
    /// A meeting.
    MeetingId
    /// An e-mail.
    EmailId
    /// A folder of the library.
    FolderId
    /// A permission profile.
    ProfileId
    /// A brief.
    BriefId
    /// A scorecard.
    ScorecardId
    /// A scorecard that somebody filled in.
    AnsweredScorecardId
    /// A question of a scorecard.
    QuestionId
    /// A revision of such a question.
    QuestionRevisionId
    /// An option among the answers to such a question.
    OptionId
    /// A company that uses Gong.
    CompanyId
    /// A target.
    TargetId
}

fn is_id(text: &str) -> bool {
    let is_plain = |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '/' | '\\'));
    let only_dots = text.chars().all(|c| c == '.');
    !only_dots && text.len() <= LONGEST && text.chars().all(is_plain)
}

/// Reads the digits from the JSON text itself: a number type would round large ids.
fn text_of_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let json = json.get();
    let digits = json.strip_prefix('-').unwrap_or(json);
    let text = if json.starts_with('"') {
        serde_json::from_str(json).map_err(D::Error::custom)?
    } else if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        json.to_owned()
    } else {
        return Err(D::Error::custom("expected an id as a string or an integer"));
    };
    if is_id(&text) {
        Ok(text)
    } else {
        Err(D::Error::custom(InvalidId))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_digit_for_digit_from_strings_and_integers_of_any_size() {
        for (json, text) in [
            (r#""7782342274025937895""#, "7782342274025937895"),
            ("7782342274025937895", "7782342274025937895"),
            ("9007199254740993", "9007199254740993"),
            ("18446744073709551616", "18446744073709551616"),
            ("99999999999999999999", "99999999999999999999"),
            (r#""007""#, "007"),
            ("-5", "-5"),
            (r#""7\u0031""#, "71"),
        ] {
            let id: CallId = serde_json::from_str(json).unwrap();

            assert_eq!(id.as_str(), text);
        }
    }

    #[test]
    fn what_went_through_a_float_or_could_leave_a_path_is_no_id() {
        for json in [
            "7.782342274025938e18",
            "1.0",
            "1e3",
            r#""""#,
            "true",
            "{}",
            r#""..""#,
            r#""a/b""#,
        ] {
            assert!(serde_json::from_str::<CallId>(json).is_err(), "{json}");
        }
    }
}
