//! What is sent: JSON objects that are built name by name, so that nothing unset is ever sent.
use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

/// A value as Gong wants it written.
pub(crate) trait ToJson {
    fn to_json(&self) -> Value;
}

impl ToJson for String {
    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl ToJson for Timestamp {
    fn to_json(&self) -> Value {
        self.to_string().into()
    }
}

/// Anything, for fields that may hold anything.
impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}

/// An amount of time in seconds.
impl ToJson for Duration {
    fn to_json(&self) -> Value {
        self.as_secs_f64().into()
    }
}

/// A day in the company's own time zone.
impl ToJson for Date {
    fn to_json(&self) -> Value {
        self.to_string().into()
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.iter().map(T::to_json).collect()
    }
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl ToJson for $type {
            fn to_json(&self) -> Value {
                (*self).into()
            }
        }
    )*};
}

plain! { bool i32 u32 }

/// Gong's way of writing a name: `clientUniqueId` for `client_unique_id`.
pub(crate) fn camel(name: &str) -> String {
    let mut words = name.trim_start_matches("r#").split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut camel, word| {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
        camel
    })
}

/// Makes types for JSON objects that are sent: what Gong requires are arguments of `new`, the rest
/// are methods. A list is written `[Element]`.
macro_rules! payload {
    () => {};
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            $($(#[doc = $needed_doc:literal])* $needed:ident: $needed_type:tt,)+
        }
        with { $($wanted:tt)* }
        $($rest:tt)*
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// With what Gong requires:
            $(
                #[doc = ""]
                #[doc = concat!("- `", stringify!($needed), "`:")]
                $(#[doc = $needed_doc])*
            )*
            pub fn new($($needed: impl Into<$crate::wire::argument!($needed_type)>),*) -> Self {
                Self(serde_json::Map::from_iter([$((
                    $crate::wire::camel(stringify!($needed)),
                    $crate::wire::ToJson::to_json(&$needed.into()),
                )),*]))
            }
        }

        $crate::wire::optional! { $name { $($wanted)* } }
        $crate::wire::payload! { $($rest)* }
    };
    (
        $(#[doc = $doc:literal])*
        $name:ident with { $($wanted:tt)* }
        $($rest:tt)*
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// With nothing set.
            pub fn new() -> Self {
                Self::default()
            }
        }

        $crate::wire::optional! { $name { $($wanted)* } }
        $crate::wire::payload! { $($rest)* }
    };
}

macro_rules! optional {
    ($name:ident {
        $($(#[doc = $doc:literal])* $wanted:ident: $type:tt,)*
    }) => {
        impl $name {
            $(
                $(#[doc = $doc])*
                #[must_use = "the request is returned, not changed in place"]
                pub fn $wanted(mut self, $wanted: impl Into<$crate::wire::argument!($type)>) -> Self {
                    let value = $crate::wire::ToJson::to_json(&$wanted.into());
                    self.0.insert($crate::wire::camel(stringify!($wanted)), value);
                    self
                }
            )*
        }

        impl $crate::wire::ToJson for $name {
            fn to_json(&self) -> serde_json::Value {
                serde_json::Value::Object(self.0.clone())
            }
        }
    };
}

macro_rules! argument {
    ([$type:ident]) => {
        Vec<$type>
    };
    ($type:ident) => {
        $type
    };
}

pub(crate) use {argument, optional, payload};

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro makes public types")]
mod tests {
    use serde_json::json;

    use super::*;

    payload! {
        /// A tree.
        Tree {
            /// Its kind.
            kind: String,
        } with {
            /// The days on which leaves fell.
            leaf_days: [Date],
            /// Whether it grows.
            growing: bool,
        }
    }

    #[test]
    fn only_what_was_set_is_sent_under_gongs_names() {
        let day = jiff::civil::date(2026, 1, 31);

        let bare = Tree::new("oak");
        let full = bare.clone().leaf_days([day]).growing(true);

        assert_eq!(bare.to_json(), json!({ "kind": "oak" }));
        let whole = json!({ "kind": "oak", "leafDays": ["2026-01-31"], "growing": true });
        assert_eq!(full.to_json(), whole);
        assert_eq!(camel("linked_in_url"), "linkedInUrl");
        assert_eq!(camel("r#type"), "type");
    }
}
