//! Two more calls with what is true of them, written by hand.

use narration::ClaimKind as K;

use super::cases::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        people: &[
            ("ours:sam", "Sam Whitlock"),
            ("theirs:ines", "Ines Carvalho"),
            ("theirs:dov", "Dov Lieberman"),
        ],
        said: &[
            (
                "theirs:ines",
                "We run twelve warehouses and about sixteen hundred pickers.",
            ),
            (
                "theirs:dov",
                "Half of the pickers are seasonal, so we only need licenses from October to December.",
            ),
            (
                "ours:sam",
                "Then a flexible plan would be thirty five pounds per picker per month.",
            ),
            (
                "theirs:ines",
                "That's more than the twenty eight we pay Stockwell today.",
            ),
            (
                "theirs:dov",
                "I'm leaving at the end of the month, and Ines takes over the project.",
            ),
            (
                "theirs:ines",
                "We have a hiring freeze until the third quarter, so nobody can run a rollout before July.",
            ),
            (
                "ours:sam",
                "We'd send two of our engineers on site for three weeks, at no charge.",
            ),
            (
                "theirs:ines",
                "Okay, send me a proposal by the thirteenth, and copy Margot Lindqvist, she's our COO.",
            ),
            (
                "ours:sam",
                "Will do, and I'll call you Monday morning at ten.",
            ),
            (
                "theirs:dov",
                "The pilot cut picking errors by a third, from six percent to four.",
            ),
        ],
        claims: &[
            (
                K::Point,
                "The customer runs 12 warehouses with about 1,600 pickers.",
                None,
                None,
                &[1],
            ),
            (
                K::Requirement,
                "50% of the customer's pickers are seasonal and need licenses only from October to December.",
                None,
                None,
                &[2],
            ),
            (
                K::Pricing,
                "We quoted £35 per picker per month.",
                None,
                None,
                &[3],
            ),
            (
                K::Objection,
                "Ines says that is more than the £28 they pay Stockwell.",
                None,
                None,
                &[4],
            ),
            (
                K::Risk,
                "Dov is leaving at the end of March and Ines takes over.",
                None,
                None,
                &[5],
            ),
            (
                K::Risk,
                "The customer has a hiring freeze until Q3.",
                None,
                None,
                &[6],
            ),
            (
                K::Risk,
                "Nobody can run a rollout before July because of the hiring freeze.",
                None,
                None,
                &[6],
            ),
            (
                K::NextStep,
                "We would send 2 engineers on site for 3 weeks.",
                Some("ours"),
                None,
                &[7],
            ),
            (
                K::NextStep,
                "Sam will send a proposal by March 13 and copy Margot Lindqvist, the COO.",
                Some("ours"),
                Some("2026-03-13"),
                &[8, 9],
            ),
            (
                K::NextStep,
                "Sam will call Ines on Monday at 10 am.",
                Some("Sam"),
                Some("2026-03-09"),
                &[8, 9],
            ),
            (
                K::BuyingSignal,
                "The pilot cut picking errors from 6% to 4%.",
                None,
                None,
                &[10],
            ),
        ],
    },
    Case {
        people: &[
            ("ours:noor", "Noor Haidari"),
            ("theirs:beth", "Beth Kowalczyk"),
        ],
        said: &[
            ("ours:noor", "What happens if you do nothing?"),
            (
                "theirs:beth",
                "Then we keep losing a day and a half a week to copy and paste.",
            ),
            (
                "theirs:beth",
                "My VP wants a decision before the fiscal year ends on the thirty first of March.",
            ),
            (
                "theirs:beth",
                "We're at forty, maybe forty five for the whole thing.",
            ),
            (
                "ours:noor",
                "The package is forty eight thousand, with onboarding.",
            ),
            (
                "theirs:beth",
                "Can you get it to forty four if we sign this month?",
            ),
            (
                "ours:noor",
                "I have to ask Carlos, my director, I'll let you know by Thursday.",
            ),
            (
                "theirs:beth",
                "Single sign-on with Okta is a must for us, no exceptions.",
            ),
            (
                "theirs:beth",
                "You're much easier to use than Tallymark, the whole team said so.",
            ),
            ("ours:noor", "We support Okta and Azure out of the box."),
        ],
        claims: &[
            (
                K::Pain,
                "The customer loses 1.5 days a week to copy and paste.",
                None,
                None,
                &[2],
            ),
            (
                K::Process,
                "Beth's VP wants a decision by March 31, when the fiscal year ends.",
                None,
                None,
                &[3],
            ),
            (
                K::Pricing,
                "The customer has $40,000 to $45,000 for it.",
                None,
                None,
                &[4],
            ),
            (
                K::Pricing,
                "We quoted 48,000 including onboarding.",
                None,
                None,
                &[5],
            ),
            (
                K::Pricing,
                "Beth asked for 44,000 if they sign this month.",
                None,
                None,
                &[6],
            ),
            (
                K::NextStep,
                "Noor will ask Carlos and let the customer know by Thursday.",
                Some("Noor Haidari"),
                Some("2026-03-05"),
                &[7],
            ),
            (
                K::Requirement,
                "The customer requires single sign-on with Okta.",
                None,
                None,
                &[8],
            ),
            (
                K::BuyingSignal,
                "Beth finds us easier to use than Tallymark.",
                None,
                None,
                &[9],
            ),
            (K::Point, "We support Okta and Azure.", None, None, &[10]),
        ],
    },
];
