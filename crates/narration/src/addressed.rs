//! Sentences that are addressed to a machine, not to the people on the call.
//!
//! Nobody who sells or buys says "ignore all previous instructions", speaks in angle brackets or
//! hides characters. Such a sentence is withheld: a model does not see it, and no claim may rest on
//! it. What is left out is counted. It is a filter of words, so it will miss attacks; what it misses
//! still has no tools, must still cite, and is still checked.

/// Whether a sentence is addressed to a machine.
pub(crate) fn is_addressed_to_machine(text: &str) -> bool {
    if text.chars().any(is_hidden) || has_markup(text) {
        return true;
    }
    let plain = folded(text);
    let lower = text.to_lowercase();
    let spaced = format!(" {plain} ");
    let has = |list: &[&str]| list.iter().any(|phrase| spaced.contains(phrase));
    has(PHRASES)
        || (has(UNDO) && has(RULES))
        || (has(MACHINES) && has(ORDERS))
        || (has(PLACES) && has(ORDERS))
        || (has(FIELDS) && has(SETTERS))
        || OTHER_LANGUAGES
            .iter()
            .any(|(undo, rules)| lower.contains(undo) && lower.contains(rules))
        || text.split_whitespace().any(is_encoded)
}

/// Characters that show nothing or reorder what is around them.
pub(crate) fn is_hidden(char: char) -> bool {
    (char.is_control() && !char.is_whitespace())
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'
            | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Markup, links and the signs of our own or a model's formats.
pub(crate) fn has_markup(text: &str) -> bool {
    const SIGNS: [&str; 21] = [
        "://",
        "www.",
        "](",
        "![",
        "```",
        "{{",
        "}}",
        "<|",
        "|>",
        "&#",
        "&lt;",
        "[[",
        "<<<",
        ">>>",
        "javascript:",
        "vbscript:",
        "data:text",
        "mailto:",
        "[inst",
        "[/inst",
        "\":",
    ];
    let lower = text.to_lowercase();
    let after = |sign: char, is_next: fn(char) -> bool| {
        let mut rest = text.split(sign);
        rest.next();
        rest.any(|rest| rest.starts_with(is_next))
    };
    SIGNS.iter().any(|sign| lower.contains(sign))
        || after('<', |c| c.is_alphabetic() || "/!?".contains(c))
        || text.trim_start().starts_with(['=', '@'])
        || lower.split_whitespace().any(is_address)
        || has_sentence_id(text)
        || ["system:", "assistant:", "user:", "developer:", "human:"]
            .iter()
            .any(|role| lower.trim_start_matches(['#', '*', ' ']).starts_with(role))
}

/// "attacker.example/x", "bo@attacker.example".
fn is_address(word: &str) -> bool {
    const ENDS: [&str; 15] = [
        "com", "org", "net", "io", "example", "dev", "ai", "co", "app", "xyz", "info", "ru", "cn",
        "link", "site",
    ];
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    let is_domain = host
        .rsplit_once('.')
        .is_some_and(|(name, end)| !name.is_empty() && ENDS.contains(&end));
    is_domain || (word.contains('@') && word.contains('.'))
}

/// "[S12]": how our own data numbers its sentences.
fn has_sentence_id(text: &str) -> bool {
    text.split('[').skip(1).any(|rest| {
        let rest = rest.trim_start_matches(['S', 's']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest.get(digits..).is_some_and(|rest| rest.starts_with(']'))
    })
}

fn is_encoded(word: &str) -> bool {
    const SHORTEST: usize = 24;
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '=');
    let is_code = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte));
    let upper = word.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = word.bytes().filter(u8::is_ascii_lowercase).count();
    word.len() >= SHORTEST && is_code && upper > 2 && lower > 2
}

/// Lower case; letters of other alphabets, full width letters and digits that stand for letters
/// become the letters that they look like; letters that are spelt one by one become words.
fn folded(text: &str) -> String {
    let letters: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(alike)
        .collect();
    let mut words: Vec<String> = Vec::new();
    let mut is_spelling = false;
    for word in letters.split(|c: char| !c.is_alphanumeric() && c != '$') {
        if word.is_empty() {
            continue;
        }
        let word = if word.chars().any(char::is_alphabetic) {
            word.chars().map(digit_alike).collect()
        } else {
            word.to_owned()
        };
        let is_letter = word.chars().count() == 1;
        match words.last_mut().filter(|_| is_letter && is_spelling) {
            Some(last) => last.push_str(&word),
            None => words.push(word),
        }
        is_spelling = is_letter;
    }
    words.join(" ")
}

fn alike(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5e}' => u32::from(char)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .map_or(char, |char| char.to_ascii_lowercase()),
        'а' | 'α' => 'a',
        'е' | 'ε' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'у' => 'y',
        'х' => 'x',
        'і' | 'ι' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        'ԁ' => 'd',
        other => other,
    }
}

fn digit_alike(char: char) -> char {
    match char {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// What nobody says to a person on a sales call.
const PHRASES: &[&str] = &[
    " system prompt ",
    " system override",
    " developer mode",
    " maintenance mode",
    " jailbreak",
    " prompt injection",
    " you are now ",
    " new task ",
    " new instructions ",
    " sentence ids ",
    " print your ",
    " reveal your ",
    " your instructions ",
    " your guidelines ",
    " your prompt ",
    " your system ",
    " act as ",
    " pretend to be ",
    " pretend you are ",
    " role play",
    " you are a pirate",
    " every claim is supported",
    " end of data",
    " end of transcript ",
    " the transcript below",
    " in this transcript ",
    " whole transcript ",
    " decode ",
    " base64",
    " person 1 ",
    " person 2 ",
    " person_",
    " if you are an ai ",
    " to the model ",
    " previous message",
    " imagine you were told",
    " do exactly that",
    " you will be rewarded",
    " your notes say",
    " the model will",
    " as an ai ",
    " call the function",
    " lgnore all previous",
    " lgnore previous",
    " lgnore the",
    " lgnore your",
];

const UNDO: &[&str] = &[
    " ignore ",
    " ignoring ",
    " disregard ",
    " forget ",
    " override ",
    " overrule ",
    " bypass ",
    " discard ",
    " skip ",
    " lgnore ",
    " drop ",
    " suspend ",
    " cancel ",
    " do not follow ",
    " stop following ",
    " replace ",
];
const RULES: &[&str] = &[
    " instructions ",
    " instruction ",
    " instructlons ",
    " lnstructlons ",
    " lnstructions ",
    " rules ",
    " guidelines ",
    " prompt ",
    " prompts ",
    " directives ",
    " policies ",
    " constraints ",
    " everything above ",
    " the above ",
    " previous text ",
    " earlier orders ",
    " commands ",
];
const MACHINES: &[&str] = &[
    " ai ",
    " a.i ",
    " assistant ",
    " language model ",
    " llm ",
    " chatbot ",
    " gpt ",
    " claude ",
    " gemini ",
    " note taker ",
    " notetaker ",
    " summarizer ",
    " summariser ",
    " copilot ",
    " the model ",
    " the bot ",
    " dear model ",
    " the machine ",
];
const ORDERS: &[&str] = &[
    " write ",
    " writes ",
    " say ",
    " says ",
    " state ",
    " record ",
    " output ",
    " print ",
    " reply ",
    " respond ",
    " answer ",
    " include ",
    " insert ",
    " add ",
    " mention ",
    " report ",
    " mark ",
    " list ",
    " praise ",
    " claim ",
    " summarise ",
    " summarize ",
    " describe ",
    " set ",
    " put ",
    " note that ",
    " tell ",
    " ignore ",
    " must ",
    " should ",
];
const PLACES: &[&str] = &[
    " your summary ",
    " the summary ",
    " your notes ",
    " your answer ",
    " your output ",
    " your response ",
    " your recap ",
    " your brief ",
    " this summary ",
    " all summaries ",
    " meeting minutes ",
    " every line you ",
    " your report ",
];
const FIELDS: &[&str] = &[
    " the stage ",
    " the opportunity ",
    " crm ",
    " the field ",
    " deal stage ",
    " closed won ",
    " the probability ",
    " forecast category ",
    " the record ",
    " salesforce ",
    " hubspot ",
];
const SETTERS: &[&str] = &[
    " set the ",
    " set stage ",
    " change the ",
    " update the opportunity",
    " overwrite ",
    " mark the ",
    " move the stage",
    " set it to ",
    " set to closed ",
];

/// Beginnings of words for "ignore" and "instructions" where both stand in one sentence.
const OTHER_LANGUAGES: &[(&str, &str)] = &[
    ("ignorier", "anweisung"),
    ("vergiss", "anweisung"),
    ("missachte", "anweisung"),
    ("ignorier", "vorgaben"),
    ("ignorier", "regeln"),
    ("oubli", "instruction"),
    ("ignore", "instruction"),
    ("ignore", "consigne"),
    ("oubli", "consigne"),
    ("ignore", "regles"),
    ("ignora", "instruccion"),
    ("olvid", "instruccion"),
    ("ignora", "regla"),
    ("ignora", "indicacion"),
    ("ignora", "istruzion"),
    ("dimentica", "istruzion"),
    ("ignora", "regole"),
    ("esque", "instru"),
    ("ignor", "instru"),
    ("desconsider", "instru"),
    ("negeer", "instructie"),
    ("vergeet", "instructie"),
    ("negeer", "regels"),
    ("zignoruj", "instrukcj"),
    ("zapomnij", "instrukcj"),
    ("zignoruj", "polece"),
    ("игнориру", "инструкци"),
    ("забудь", "инструкци"),
    ("忽略", "指"),
    ("忘记", "指"),
    ("无视", "指"),
    ("忽略", "规则"),
    ("無視", "指示"),
    ("忘れ", "指示"),
    ("무시", "지시"),
    ("무시", "명령"),
    ("잊", "지시"),
    ("تجاهل", "تعليمات"),
    ("انس", "تعليمات"),
    ("تجاهل", "أوامر"),
    ("अनदेखा", "निर्देश"),
    ("भूल", "निर्देश"),
    ("yok say", "talimat"),
    ("unut", "talimat"),
    ("görmezden", "talimat"),
    ("ignorera", "instruktion"),
    ("ignorer", "instruks"),
    ("unohda", "ohjee"),
    ("ignoruj", "pokyn"),
    ("hagyd figyelmen", "utasít"),
    ("αγνόησε", "οδηγί"),
    ("התעלם", "הוראות"),
    ("abaikan", "instruksi"),
    ("bỏ qua", "hướng dẫn"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::hostile;

    #[test]
    fn attacks_are_addressed_to_a_machine() {
        let missed: Vec<_> = hostile()
            .into_iter()
            .filter(|attack| !attack.said.iter().any(|text| is_addressed_to_machine(text)))
            .map(|attack| attack.name)
            .collect();
        // What these say could be said to a person: it is left to the checks of claims.
        assert_eq!(missed, [] as [&str; 0]);
    }

    #[test]
    fn what_people_say_to_each_other_is_not() {
        for said in [
            "I'll send you the order form on Friday.",
            "Can you put that in the proposal and send it over?",
            "We can't ignore the security review.",
            "Let's set up a call with your team for Tuesday.",
            "Our rules say that anything above 25k goes to the CFO.",
            "The system takes nine days, and I'd like to change the process.",
            "You should add Priya to the invite.",
            "What does the AI in your product do?",
            "It's about 40.5 percent, e.g. last year.",
            "We use U.S. entities and 1,200.50 a month.",
            "Forget about the discount, I want the terms.",
        ] {
            assert!(!is_addressed_to_machine(said), "{said}");
        }
    }
}
