//! Charts as SVG, written here: they scale, print, follow the theme, and need no script. Each has a
//! title and a description; the numbers stand in a table beside it.

mod forecast;
mod rates;
mod scale;
mod spark;
mod talk;

pub(crate) use forecast::{back_test, band};
pub(crate) use rates::{interval, share};
pub(crate) use scale::Scale;
pub(crate) use spark::spark;
pub(crate) use talk::{Voice, patterns, swatch, timeline};
