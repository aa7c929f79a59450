//! Words that say what a name or a number is.

pub(super) use crate::text::MONTHS;

pub(super) const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub(super) const DATE_UNITS: &[&str] = &[
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "quarter",
    "quarters",
    "year",
    "years",
    "decade",
    "weekend",
    "half",
    "year's",
    "quarter's",
];

pub(super) const TIMES: &[&str] = &[
    "morning",
    "afternoon",
    "evening",
    "tonight",
    "noon",
    "midnight",
    "minute",
    "minutes",
    "hour",
    "hours",
];

pub(super) const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
    "ninety", "hundred", "thousand", "million", "billion", "dozen",
];

pub(super) const ORDINALS: &[&str] = &[
    "first", "second", "third", "fourth", "fifth", "sixth", "secondly", "firstly", "thirdly",
];

/// Words that make the name beside them an organisation.
pub(super) const ORG_WORDS: &[&str] = &[
    "inc",
    "corp",
    "corporation",
    "company",
    "co",
    "ltd",
    "llc",
    "llp",
    "plc",
    "gmbh",
    "group",
    "bank",
    "partners",
    "capital",
    "securities",
    "holdings",
    "research",
    "systems",
    "technologies",
    "software",
    "industries",
    "international",
    "university",
    "commission",
    "institute",
    "association",
    "department",
    "ministry",
    "council",
    "committee",
    "energy",
    "pharmaceuticals",
    "logistics",
    "freight",
    "foods",
    "health",
    "insurance",
    "solutions",
    "labs",
    "bancorp",
    "financial",
    "advisors",
    "trust",
    "agency",
    "services",
    "networks",
];

/// Words that are written with a capital without being names.
pub(super) const FIRST_WORDS: &[&str] = &[
    "i", "i'm", "i'll", "i'd", "i've", "ok", "okay", "ceo", "cfo", "cto", "coo", "cio", "vp", "mr",
    "mrs", "ms", "dr", "q&a", "q", "a", "and", "or", "but", "so", "well", "yeah", "yes", "no",
    "thanks", "thank", "hi", "hello", "good", "great", "sir", "the", "faq", "pdf", "api", "crm",
    "it", "hr", "roi", "kpi", "sla", "rfp", "poc", "nda", "msa", "sow", "erp", "excel",
];
