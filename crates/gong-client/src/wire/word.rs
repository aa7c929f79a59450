//! Words from a list that Gong may make longer: a known one, or `Other`.

macro_rules! word {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident $(= $text:literal)?)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("Gong's `", $crate::wire::word_text!($variant $($text)?), "`.")]
                $variant,
            )*
            /// A word that Gong's document did not know when this was written.
            Other(String),
        }

        impl $name {
            /// The word as Gong writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $crate::wire::word_text!($variant $($text)?),)*
                    Self::Other(word) => word,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::wire::ToJson for $name {
            fn to_json(&self) -> serde_json::Value {
                self.as_str().into()
            }
        }

        /// The empty word, for the places of nulls in lists.
        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                $(if word == $crate::wire::word_text!($variant $($text)?) {
                    return Ok(Self::$variant);
                })*
                Ok(Self::Other(word))
            }
        }
    )*};
}

macro_rules! word_text {
    ($variant:ident) => {
        stringify!($variant)
    };
    ($variant:ident $text:literal) => {
        $text
    };
}

pub(crate) use {word, word_text};
