//! The content selector of extensive: nothing but metadata unless it is asked for.

use serde_json::{Map, Value, json};

use crate::reply::Reply;

/// Which parts of a call are shown.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "Gong's selector is a set of switches"
)]
pub(crate) struct Selection {
    context: Context,
    timings: Vec<String>,
    has_parties: bool,
    has_media: bool,
    content: Vec<&'static str>,
    interaction: Vec<&'static str>,
    has_occurrences: bool,
    has_comments: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Context {
    #[default]
    None,
    Basic,
    Extended,
}

/// Selector name and answer name of the parts of `content`. `trackerOccurrences` only adds to `trackers`, and
/// `pointsOfInterest` is gone since 2025.
const CONTENT: [(&str, &str); 8] = [
    ("structure", "structure"),
    ("topics", "topics"),
    ("trackers", "trackers"),
    ("brief", "brief"),
    ("outline", "outline"),
    ("highlights", "highlights"),
    ("callOutcome", "callOutcome"),
    ("keyPoints", "keyPoints"),
];
const INTERACTION: [(&str, &str); 4] = [
    ("speakers", "speakers"),
    ("video", "video"),
    ("personInteractionStats", "interactionStats"),
    ("questions", "questions"),
];

impl Selection {
    /// Reads `contentSelector`; a missing one selects nothing.
    pub(crate) fn read(selector: Option<&Value>) -> Result<Self, Reply> {
        let Some(selector) = object(selector)? else {
            return Ok(Self::default());
        };
        let context = match selector.get("context") {
            None | Some(Value::Null) => Context::None,
            Some(Value::String(text)) => match text.as_str() {
                "None" => Context::None,
                "Basic" => Context::Basic,
                "Extended" => Context::Extended,
                _ => return Err(Reply::malformed()),
            },
            Some(_) => return Err(Reply::malformed()),
        };
        let timings = timings(selector.get("contextTiming"))?;
        if timings.is_some() && context != Context::Extended {
            let rule =
                "contentSelector.contextTiming: can be provided only when context is 'Extended'";
            return Err(Reply::error(400, rule));
        }
        let exposed = object(selector.get("exposedFields"))?;
        let part = |name: &str| match exposed {
            Some(exposed) => object(exposed.get(name)),
            None => Ok(None),
        };
        let (content, interaction) = (part("content")?, part("interaction")?);
        let collaboration = part("collaboration")?;
        Ok(Self {
            context,
            timings: timings.unwrap_or_else(|| vec!["Now".to_owned()]),
            has_parties: is_set(exposed, "parties")?,
            has_media: is_set(exposed, "media")?,
            content: chosen(content, &CONTENT)?,
            interaction: chosen(interaction, &INTERACTION)?,
            has_occurrences: is_set(content, "trackerOccurrences")?,
            has_comments: is_set(collaboration, "publicComments")?,
        })
    }

    /// The selected parts of a call. A part with nothing in it is left out, as Gong leaves it out.
    pub(crate) fn show(&self, mut call: Value) -> Value {
        let mut shown = Map::new();
        let mut take = |name: &str| {
            call.get_mut(name)
                .map(Value::take)
                .filter(|value| !value.is_null())
        };
        let meta_data = take("metaData");
        let id = meta_data
            .as_ref()
            .and_then(|meta_data| meta_data["id"].as_str())
            .unwrap_or("")
            .to_owned();
        shown.extend(meta_data.map(|meta_data| ("metaData".to_owned(), meta_data)));
        if self.context != Context::None {
            let context = take("context").map(|context| self.context_as_selected(context));
            shown.extend(context.map(|context| ("context".to_owned(), context)));
        }
        if self.has_parties {
            let parties = take("parties").map(|parties| self.parties(parties));
            shown.extend(parties.map(|parties| ("parties".to_owned(), parties)));
        }
        let content = take("content").and_then(|content| self.content(content));
        shown.extend(content.map(|content| ("content".to_owned(), content)));
        let interaction = take("interaction").and_then(|part| only(part, &self.interaction));
        shown.extend(interaction.map(|interaction| ("interaction".to_owned(), interaction)));
        if self.has_comments {
            let comments = take("collaboration").and_then(|part| only(part, &["publicComments"]));
            shown.extend(comments.map(|comments| ("collaboration".to_owned(), comments)));
        }
        if self.has_media {
            let media = take("media").unwrap_or_else(|| made_up_media(&id));
            shown.insert("media".to_owned(), media);
        }
        Value::Object(shown)
    }

    fn content(&self, content: Value) -> Option<Value> {
        let mut content = only(content, &self.content)?;
        if let (false, Some(trackers)) = (self.has_occurrences, content["trackers"].as_array_mut())
        {
            for tracker in trackers.iter_mut().filter_map(Value::as_object_mut) {
                tracker.remove("occurrences");
                tracker.remove("phrases");
            }
        }
        // Indexing made a null where there were no trackers.
        if let Some(content) = content.as_object_mut() {
            content.retain(|_, value| !value.is_null());
        }
        Some(content)
    }

    fn parties(&self, mut parties: Value) -> Value {
        for party in parties
            .as_array_mut()
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            let context = party
                .remove("context")
                .filter(|_| self.context != Context::None);
            party.extend(
                context.map(|context| ("context".to_owned(), self.context_as_selected(context))),
            );
        }
        parties
    }

    /// The CRM objects at the wanted times; without their fields when only links are wanted.
    fn context_as_selected(&self, mut context: Value) -> Value {
        for system in context.as_array_mut().into_iter().flatten() {
            let objects = system.get_mut("objects").map(Value::take);
            let Some(Value::Array(objects)) = objects else {
                continue;
            };
            system["objects"] = Value::Array(self.objects(&objects));
        }
        context
    }

    fn objects(&self, objects: &[Value]) -> Vec<Value> {
        let key = |object: &Value| (object["objectType"].clone(), object["objectId"].clone());
        let mut shown: Vec<Value> = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            let is_repeated = objects
                .iter()
                .take(number)
                .any(|before| key(before) == key(object));
            if is_repeated {
                continue;
            }
            if self.context == Context::Basic {
                shown.push(
                    json!({ "objectType": object["objectType"], "objectId": object["objectId"] }),
                );
                continue;
            }
            // An object without a timing (Gong sends such, too) is shown once, as it is.
            if object.get("timing").is_none_or(Value::is_null) {
                shown.push(object.clone());
                continue;
            }
            for timing in &self.timings {
                let of_that_time = objects
                    .iter()
                    .find(|other| key(other) == key(object) && other["timing"] == *timing);
                let mut object = of_that_time.unwrap_or(object).clone();
                object["timing"] = json!(timing);
                shown.push(object);
            }
        }
        shown
    }
}

fn object(value: Option<&Value>) -> Result<Option<&Map<String, Value>>, Reply> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields)),
        Some(_) => Err(Reply::malformed()),
    }
}

fn is_set(fields: Option<&Map<String, Value>>, name: &str) -> Result<bool, Reply> {
    match fields.and_then(|fields| fields.get(name)) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(is_set)) => Ok(*is_set),
        Some(_) => Err(Reply::malformed()),
    }
}

fn chosen(
    fields: Option<&Map<String, Value>>,
    names: &[(&str, &'static str)],
) -> Result<Vec<&'static str>, Reply> {
    let mut chosen = Vec::new();
    for (asked, answered) in names {
        if is_set(fields, asked)? {
            chosen.push(*answered);
        }
    }
    Ok(chosen)
}

fn timings(value: Option<&Value>) -> Result<Option<Vec<String>>, Reply> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let is_known = |timing: &Value| matches!(timing.as_str(), Some("Now" | "TimeOfCall"));
    match value.as_array() {
        Some(list) if list.iter().all(is_known) => Ok(Some(
            list.iter()
                .filter_map(|timing| timing.as_str().map(str::to_owned))
                .collect(),
        )),
        _ => Err(Reply::malformed()),
    }
}

/// The named fields of an object, or nothing when none is there.
fn only(part: Value, names: &[&str]) -> Option<Value> {
    let Value::Object(mut fields) = part else {
        return None;
    };
    fields.retain(|name, _| names.contains(&name.as_str()));
    (!fields.is_empty()).then_some(Value::Object(fields))
}

fn made_up_media(id: &str) -> Value {
    json!({
        "audioUrl": format!("https://media.gong.example/{id}.mp3"),
        "videoUrl": format!("https://media.gong.example/{id}.mp4"),
    })
}
