//! The common form of an answer, and how large it may be.
//!
//! Both halves of a result, the structured one and its copy as text, may end up in a model's context,
//! so both count.

use gong_app::views::ExtentView;
use serde_json::{Map, Value, json};

/// What an answer has at most if nothing else is asked for, in characters.
pub(crate) const USUAL: usize = 8_000;
/// What no answer exceeds.
pub(crate) const MOST: usize = 40_000;
/// What stands beside the entries of a list takes at most, in both halves together.
const FRAME: usize = 2_000;
/// What a result takes around both halves, with a link.
const AROUND: usize = 400;

/// An answer before it is brought to size.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Map<String, Value>,
    /// Lists that may be cut from their end, in this order, where nothing is lost that cannot be
    /// asked for.
    lists: &'static [&'static str],
    continuing: Option<Continuing>,
    next: Option<String>,
    total: Option<u64>,
    coverage: Option<ExtentView>,
    is_truncated: bool,
    notes: Vec<String>,
    links: Vec<(String, &'static str)>,
    most: usize,
}

/// A list that goes on after its last entry.
#[derive(Debug)]
struct Continuing {
    list: &'static str,
    /// The field that names an entry.
    by: &'static str,
    /// How many entries there were before any gave way.
    entries: usize,
    has_more: bool,
}

impl Answer {
    /// An answer with this body, of the usual size.
    pub(crate) fn new(body: Value) -> Self {
        let body = match pruned(body) {
            Value::Object(body) => body,
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        Self {
            body,
            lists: &[],
            continuing: None,
            next: None,
            total: None,
            coverage: None,
            is_truncated: false,
            notes: Vec::new(),
            links: Vec::new(),
            most: USUAL,
        }
    }

    /// It may be as large as any answer.
    pub(crate) fn up_to(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// These lists give way if it is too large; `a.b` is the longest list `b` among the entries of `a`.
    pub(crate) fn giving_way(mut self, lists: &'static [&'static str]) -> Self {
        self.lists = lists;
        self
    }

    pub(crate) fn page(mut self, total: Option<u64>, next: Option<String>) -> Self {
        self.is_truncated |= next.is_some();
        (self.total, self.next) = (total, next);
        self
    }

    /// It goes on after the entry that is the last one in the end, named by one of its fields.
    pub(crate) fn continuing(
        mut self,
        list: &'static str,
        by: &'static str,
        has_more: bool,
    ) -> Self {
        let entries = self.body.get(list).and_then(Value::as_array);
        self.continuing = Some(Continuing {
            list,
            by,
            entries: entries.map_or(0, Vec::len),
            has_more,
        });
        self
    }

    /// What it rests on, for whoever may know.
    pub(crate) fn covering(mut self, extent: Option<ExtentView>) -> Self {
        self.coverage = extent;
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Names a resource that goes on from here.
    pub(crate) fn link(mut self, uri: String, what: &'static str) -> Self {
        self.links.push((uri, what));
        self
    }

    /// The resources that go on from here.
    pub(crate) fn links(&self) -> &[(String, &'static str)] {
        &self.links
    }

    /// The structured half, brought to size.
    pub(crate) fn into_value(mut self) -> Value {
        let lists = self.lists;
        let mut dropped = 0_usize;
        let mut value = self.framed(0);
        while size(&value) + AROUND > self.most && self.shorten(lists) {
            dropped += 1;
            value = self.framed(dropped);
        }
        value
    }

    /// Takes the last entry of the first list that has more than one.
    fn shorten(&mut self, lists: &[&str]) -> bool {
        for name in lists {
            let (name, inner) = match name.split_once('.') {
                Some((name, inner)) => (name, Some(inner)),
                None => (*name, None),
            };
            let Some(list) = self.body.get_mut(name).and_then(Value::as_array_mut) else {
                continue;
            };
            let list = match inner {
                None => Some(list),
                Some(inner) => {
                    let inner = list
                        .iter_mut()
                        .filter_map(|one| one.get_mut(inner)?.as_array_mut());
                    inner.max_by_key(|list| list.len())
                }
            };
            if let Some(list) = list.filter(|list| list.len() > 1) {
                list.pop();
                return true;
            }
        }
        false
    }

    /// The last entry of the list that goes on; none at its end.
    fn goes_on_after(&self) -> Option<String> {
        let continuing = self.continuing.as_ref()?;
        let entries = self.body.get(continuing.list)?.as_array()?;
        let is_end = entries.len() == continuing.entries && !continuing.has_more;
        let last = entries.last().filter(|_| !is_end)?;
        last.get(continuing.by)?.as_str().map(str::to_owned)
    }

    fn framed(&self, dropped: usize) -> Value {
        let mut framed = self.body.clone();
        let returned: usize = self
            .body
            .values()
            .filter_map(Value::as_array)
            .map(Vec::len)
            .sum();
        let next = self.next.clone().or_else(|| self.goes_on_after());
        let page = json!({
            "returned": returned, "total": self.total, "next_cursor": next,
        });
        framed.insert("page".to_owned(), pruned(page));
        if let Some(extent) = &self.coverage {
            let coverage = json!({
                "source": "index",
                "synced_through": extent.synced_through,
                "calls_considered": extent.calls,
                "calls_without_transcript": extent.without_transcript,
            });
            framed.insert("coverage".to_owned(), pruned(coverage));
        }
        let mut notes = self.notes.clone();
        if dropped > 0 {
            notes.push(format!(
                "{dropped} more were found and left out to keep the answer short: narrow the \
                 question, or ask with detail=full."
            ));
        }
        framed.insert(
            "truncated".to_owned(),
            (self.is_truncated || dropped > 0 || next.is_some()).into(),
        );
        framed.insert("notes".to_owned(), notes.into());
        Value::Object(framed)
    }
}

/// How many characters a value takes in a result: as structured content, and once more as text,
/// with the escapes that text needs there.
pub(crate) fn size(value: &Value) -> usize {
    let text = value.to_string();
    text.chars().count() + Value::String(text).to_string().chars().count()
}

/// What is left of a bound for the entries of a list.
pub(crate) const fn room(most: usize) -> usize {
    most.saturating_sub(FRAME)
}

/// Takes out what is null: it says nothing and costs as much as what does.
pub(crate) fn pruned(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, pruned(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(pruned).collect(),
        other => other,
    }
}

/// Text from a call that is too long for its place, cut between words.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most).collect();
    if let Some(blank) = short.rfind(' ') {
        short.truncate(blank);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_way_until_both_halves_fit_and_the_answer_says_so() {
        let rows: Vec<Value> = (0..100)
            .map(|at| json!({"text": "x".repeat(90), "at": at}))
            .collect();
        let answer = Answer::new(json!({"rows": rows})).giving_way(&["rows"]);

        let value = answer.into_value();

        assert!(size(&value) <= USUAL, "{}", size(&value));
        let kept = value["rows"].as_array().expect("rows").len();
        assert!(kept > 20, "{kept}");
        assert_eq!(value["rows"][0]["at"], 0, "the end gives way");
        assert_eq!(value["truncated"], true);
        assert_eq!(value["page"]["returned"], kept);
        let note = value["notes"][0].as_str().expect("a note");
        assert!(note.starts_with(&format!("{} more", 100 - kept)), "{note}");
    }

    #[test]
    fn a_list_that_gave_way_goes_on_after_what_was_kept_and_a_single_entry_gives_of_its_own_list() {
        let rows: Vec<Value> = (0..100)
            .map(|at| json!({"id": format!("row {at}"), "text": "x".repeat(90)}))
            .collect();
        let answer = Answer::new(json!({"rows": rows}))
            .giving_way(&["rows"])
            .continuing("rows", "id", false);
        let value = answer.into_value();
        let kept = value["rows"].as_array().expect("rows").len();
        assert_eq!(value["page"]["next_cursor"], format!("row {}", kept - 1));

        let parts: Vec<_> = (0..100).map(|_| "x".repeat(90)).collect();
        let answer = Answer::new(json!({"rows": [{"id": "a", "parts": parts}]}))
            .giving_way(&["rows", "rows.parts"])
            .continuing("rows", "id", false);
        let value = answer.into_value();
        assert!(size(&value) <= USUAL, "{}", size(&value));
        assert!(value["rows"][0]["parts"].as_array().expect("parts").len() > 10);
        assert!(
            value["page"].get("next_cursor").is_none(),
            "it was the last"
        );
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        let value = Answer::new(json!({"title": null, "of": [{"a": null, "b": 1}]})).into_value();
        assert_eq!(
            value,
            json!({"of": [{"b": 1}], "page": {"returned": 1}, "truncated": false, "notes": []})
        );
    }

    #[test]
    fn text_is_cut_between_words() {
        assert_eq!(shortened("one two three", 9), "one two…");
        assert_eq!(shortened("one two", 9), "one two");
    }
}
