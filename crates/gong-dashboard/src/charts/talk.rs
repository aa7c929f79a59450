//! Who spoke when: a lane for each voice, told apart by colour and by pattern.

use maud::{Markup, html};

use super::Scale;
use crate::cells::clock;

/// Voices that have a look of their own; more share the last.
pub(crate) const LOOKS: usize = 6;

/// One voice.
pub(crate) struct Voice<'a> {
    /// Which look it has.
    pub(crate) look: usize,
    /// What it is called.
    pub(crate) name: &'a str,
    /// When it spoke, in milliseconds.
    pub(crate) spoke: Vec<(u64, u64)>,
}

/// The patterns that looks are drawn with, once a page.
pub(crate) fn patterns() -> Markup {
    html! {
        svg.patterns width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                @for look in 0..LOOKS {
                    pattern id=(format!("look-{look}")) width="6" height="6" patternUnits="userSpaceOnUse" {
                        rect class=(format!("ground look-{look}")) width="6" height="6" {}
                        @match look {
                            1 => path.ink d="M0 6 L6 0" {},
                            2 => circle.spot cx="3" cy="3" r="1.2" {},
                            3 => path.ink d="M0 3 H6" {},
                            4 => path.ink d="M3 0 V6" {},
                            5 => path.ink d="M0 0 L6 6 M0 6 L6 0" {},
                            _ => {},
                        }
                    }
                }
            }
        }
    }
}

/// A patch of a look, beside a name.
pub(crate) fn swatch(look: usize) -> Markup {
    let look = look.min(LOOKS - 1);
    html! {
        svg.swatch viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" {
            rect width="14" height="14" rx="3" fill=(format!("url(#look-{look})")) {}
        }
    }
}

/// The lanes over the length of a call.
pub(crate) fn timeline(voices: &[Voice<'_>], length_ms: u64) -> Markup {
    let x = Scale::new((0.0, length_ms.max(1) as f64), (0.0, 800.0));
    let lanes = voices.len() as f64;
    let height = lanes * 22.0 + 20.0;
    let told = voices.iter().map(|voice| {
        let ms: u64 = voice.spoke.iter().map(|(from, to)| to - from).sum();
        format!("{} {}", voice.name, clock(ms as f64 / 1000.0))
    });
    let told = told.collect::<Vec<_>>().join(", ");
    html! {
        svg.talk viewBox=(format!("0 0 800 {height}")) role="img" aria-labelledby="talk-t talk-d" {
            title id="talk-t" { "Who spoke when" }
            desc id="talk-d" { (told) }
            @for (lane, voice) in voices.iter().enumerate() {
                @let y = lane as f64 * 22.0;
                rect.track x="0" width="800" y=(y + 2.0) height="16" rx="2" {}
                @for (from, to) in &voice.spoke {
                    @let from = *from as f64;
                    @let to = *to as f64;
                    rect x=(x.at(from)) width=(x.width(from, to).max(1.0)) y=(y + 2.0) height="16"
                        fill=(format!("url(#look-{})", voice.look.min(LOOKS - 1))) {}
                }
            }
            @for tick in 0u32..=4 {
                @let at = length_ms as f64 * f64::from(tick) / 4.0;
                text.tick x=(x.at(at)) y=(height - 4.0)
                    text-anchor=(match tick { 0 => "start", 4 => "end", _ => "middle" }) { (clock(at / 1000.0)) }
            }
        }
    }
}
