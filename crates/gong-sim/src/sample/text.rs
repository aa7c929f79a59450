//! The text form of a sample file, line by line.

/// One line of a file, without its labels.
#[derive(Debug, PartialEq)]
pub(crate) enum Line<'t> {
    Deal(&'t str),
    Stage(&'t str, &'t str),
    CloseDate(&'t str, &'t str),
    Call(&'t str),
    Who(Speaker<'t>),
    Summary(&'t str),
    Sentence { code: &'t str, text: &'t str },
    End,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Speaker<'t> {
    pub(crate) code: &'t str,
    pub(crate) is_ours: bool,
    pub(crate) title: &'t str,
}

impl<'t> Line<'t> {
    pub(crate) fn read(line: &'t str) -> Self {
        let Some(directive) = line.strip_prefix('%') else {
            return Self::sentence(line).unwrap_or(Self::Other);
        };
        let (name, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        match name {
            "deal" => Self::Deal(rest),
            "stage" => rest
                .split_once(' ')
                .map_or(Self::Other, |(date, stage)| Self::Stage(date, stage)),
            "close" => rest
                .split_once(" set=")
                .map_or(Self::Other, |(date, set)| Self::CloseDate(date, set)),
            "call" => Self::Call(rest),
            "who" => Self::who(rest).unwrap_or(Self::Other),
            "summary" => Self::Summary(rest),
            "end" => Self::End,
            _ => Self::Other,
        }
    }

    fn who(rest: &'t str) -> Option<Self> {
        let mut words = rest.splitn(3, ' ');
        let (code, side) = (words.next()?, words.next()?);
        let title = words.next()?.split('"').nth(1)?;
        Some(Self::Who(Speaker {
            code,
            is_ours: side == "ours",
            title,
        }))
    }

    fn sentence(line: &'t str) -> Option<Self> {
        let (code, rest) = line.split_once("| ")?;
        let text = match rest.rfind('{') {
            Some(labels) if rest.ends_with('}') => rest.get(..labels)?,
            _ => rest,
        };
        Some(Self::Sentence {
            code,
            text: text.trim_end(),
        })
    }
}

/// The value of `name=value` or `name="value"` in a line of fields.
pub(crate) fn field<'t>(fields: &'t str, name: &str) -> &'t str {
    let start = format!("{name}=");
    let at = fields.find(&start).map(|at| at + start.len());
    let rest = at.and_then(|at| fields.get(at..)).unwrap_or("");
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(""),
        None => rest.split(' ').next().unwrap_or(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_its_labels_and_nothing_else() {
        let check = |line: &'static str, text: &str| {
            assert_eq!(Line::read(line), Line::Sentence { code: "C1", text });
        };

        check("C1| It just goes away. {pain}", "It just goes away.");
        check("C1| Okay. {}", "Okay.");
        check(
            "C1| Bright Letter. {comp:BrightLedger:using a:3}",
            "Bright Letter.",
        );
        check(
            "C1| We call it {the bucket}, all of us. {pain}",
            "We call it {the bucket}, all of us.",
        );
        check("C1| No labels here.", "No labels here.");
    }
}
