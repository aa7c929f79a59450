//! Three calls with what is true of them, written by hand.

use narration::ClaimKind as K;

use super::cases::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        people: &[
            ("ours:kim", "Kim Berger"),
            ("theirs:ann", "Ann Delacroix"),
            ("theirs:omar", "Omar Haddad"),
        ],
        said: &[
            ("ours:kim", "How is the month-end close going?"),
            (
                "theirs:ann",
                "Badly, it takes nine days and four people, every single month.",
            ),
            (
                "theirs:ann",
                "We wrote off three hundred ten thousand dollars last year because nobody matched the payments.",
            ),
            ("ours:kim", "And what do you pay for the tool you have?"),
            (
                "theirs:omar",
                "We pay BrightLedger forty two grand a year, and that's up eight percent.",
            ),
            (
                "theirs:omar",
                "The contract with them runs out at the end of June.",
            ),
            (
                "ours:kim",
                "I'll send you the order form on Friday, and Omar, could you send me the export of last quarter by the twentieth?",
            ),
            ("theirs:omar", "Sure, you'll have it."),
            (
                "theirs:ann",
                "Anything above twenty five k has to be signed by our CFO, Walt, and the two owners.",
            ),
            (
                "theirs:ann",
                "Honestly, we were burned by an eleven month rollout in 2022.",
            ),
            (
                "ours:kim",
                "Our list price is sixty dollars a seat, and we'd take fifteen off for a two year term.",
            ),
        ],
        claims: &[
            (
                K::Pain,
                "The customer's month-end close takes 9 days and 4 people.",
                None,
                None,
                &[2],
            ),
            (
                K::Pain,
                "The customer wrote off $310,000 last year because payments were not matched.",
                None,
                None,
                &[3],
            ),
            (
                K::Competitor,
                "The customer pays BrightLedger $42,000 a year, up 8%.",
                None,
                None,
                &[5],
            ),
            (
                K::Competitor,
                "The contract with BrightLedger ends on June 30.",
                None,
                None,
                &[5, 6],
            ),
            (
                K::NextStep,
                "We will send the order form on Friday.",
                Some("ours"),
                Some("2026-03-06"),
                &[7],
            ),
            (
                K::NextStep,
                "Kim will send the order form on March 6.",
                Some("Kim Berger"),
                Some("2026-03-06"),
                &[7],
            ),
            (
                K::NextStep,
                "Omar Haddad will send the export of last quarter by March 20.",
                Some("theirs"),
                Some("2026-03-20"),
                &[7, 8],
            ),
            (
                K::Process,
                "Anything above 25k must be signed by the CFO, Walt, and two owners.",
                None,
                None,
                &[9],
            ),
            (
                K::Objection,
                "The customer was burned by an 11-month rollout in 2022.",
                None,
                None,
                &[10],
            ),
            (
                K::Pricing,
                "Our list price is $60 per seat.",
                None,
                None,
                &[11],
            ),
            (
                K::Pricing,
                "We offered 15% off for a two-year term.",
                None,
                None,
                &[11],
            ),
        ],
    },
    Case {
        people: &[("ours:raj", "Raj Mehta"), ("theirs:lena", "Lena Fischer")],
        said: &[
            (
                "theirs:lena",
                "So we have about two hundred and fifty reps in three countries.",
            ),
            (
                "theirs:lena",
                "Our budget is somewhere between eighty and ninety thousand euros.",
            ),
            (
                "ours:raj",
                "We could start with a pilot of forty users in Germany for six weeks.",
            ),
            (
                "theirs:lena",
                "That works, but it would have to be live by the first of May.",
            ),
            (
                "theirs:lena",
                "Procurement needs a SOC 2 report and a data processing agreement first.",
            ),
            ("ours:raj", "I'll get both of those over to you tomorrow."),
            (
                "theirs:lena",
                "Great, then let's meet again Thursday week at half past two.",
            ),
            (
                "ours:raj",
                "You'd also have to give us access to your Salesforce sandbox.",
            ),
            (
                "theirs:lena",
                "I'll ask Jonas in IT to set that up next week.",
            ),
            (
                "theirs:lena",
                "We also looked at Voxline, they quoted us a hundred and ten thousand.",
            ),
        ],
        claims: &[
            (
                K::Point,
                "The customer has 250 reps in 3 countries.",
                None,
                None,
                &[1],
            ),
            (
                K::Pricing,
                "The customer's budget is between €80,000 and €90,000.",
                None,
                None,
                &[2],
            ),
            (
                K::Point,
                "We proposed a pilot with 40 users in Germany for 6 weeks.",
                None,
                None,
                &[3],
            ),
            (
                K::Requirement,
                "The pilot must be live by May 1.",
                None,
                None,
                &[3, 4],
            ),
            (
                K::Process,
                "Procurement requires a SOC 2 report and a DPA.",
                None,
                None,
                &[5],
            ),
            (
                K::NextStep,
                "Raj will send the SOC 2 report and the data processing agreement on Wednesday.",
                Some("ours"),
                Some("2026-03-04"),
                &[5, 6],
            ),
            (
                K::NextStep,
                "Both sides meet again on Thursday 12 March at 2:30.",
                Some("both"),
                Some("2026-03-12"),
                &[7],
            ),
            (
                K::NextStep,
                "The customer has to give us access to their Salesforce sandbox.",
                Some("theirs"),
                None,
                &[8],
            ),
            (
                K::NextStep,
                "Lena will ask Jonas to set up the sandbox next week.",
                Some("Lena"),
                None,
                &[8, 9],
            ),
            (
                K::Competitor,
                "Voxline quoted the customer 110,000.",
                None,
                None,
                &[10],
            ),
        ],
    },
    Case {
        people: &[
            ("ours:tess", "Tess Nakamura"),
            ("ours:paul", "Paul Iversen"),
            ("theirs:greg", "Greg Okafor"),
            ("theirs:mia", "Mia Santos"),
        ],
        said: &[
            (
                "theirs:greg",
                "The liability cap is the problem, we want it at two times the annual fees.",
            ),
            (
                "ours:tess",
                "Our standard is one times, but I can take that to legal.",
            ),
            (
                "theirs:mia",
                "And we can't accept auto renewal, ninety days' notice at least.",
            ),
            ("ours:paul", "We can do sixty days' notice."),
            (
                "theirs:greg",
                "Payment terms would be net forty five, that's our policy.",
            ),
            (
                "ours:tess",
                "If you send me the redlines, I'll have them back to you by Monday.",
            ),
            ("theirs:mia", "I'll send the redlines this afternoon."),
            (
                "theirs:greg",
                "The board meets on March twenty sixth, and they approve anything above half a million.",
            ),
            (
                "theirs:greg",
                "Our total spend would be one point two million over three years.",
            ),
            (
                "theirs:mia",
                "Priya Raman from security joins us on the next call.",
            ),
            (
                "ours:paul",
                "I'll book an hour for Priya on the eighteenth.",
            ),
        ],
        claims: &[
            (
                K::Objection,
                "Greg wants the liability cap at 2x annual fees.",
                None,
                None,
                &[1],
            ),
            (
                K::Point,
                "Tess will take the liability cap of one times to legal.",
                None,
                None,
                &[1, 2],
            ),
            (
                K::Objection,
                "The customer does not accept auto renewal and wants 90 days' notice.",
                None,
                None,
                &[3],
            ),
            (K::Pricing, "We offered 60 days' notice.", None, None, &[4]),
            (
                K::Requirement,
                "The customer's payment terms are net 45.",
                None,
                None,
                &[5],
            ),
            (
                K::NextStep,
                "Mia Santos will send the redlines today.",
                Some("theirs"),
                Some("2026-03-03"),
                &[7],
            ),
            (
                K::NextStep,
                "Tess will return the redlines by Monday, March 9.",
                Some("ours"),
                Some("2026-03-09"),
                &[6],
            ),
            (
                K::Process,
                "The board meets on 26 March and approves anything above 500,000.",
                None,
                None,
                &[8],
            ),
            (
                K::Pricing,
                "The customer's total spend would be 1.2 million over 3 years.",
                None,
                None,
                &[9],
            ),
            (
                K::Point,
                "Priya Raman from security will join the next call.",
                None,
                None,
                &[10],
            ),
            (
                K::NextStep,
                "Paul will book one hour for Priya on March 18.",
                Some("Paul Iversen"),
                Some("2026-03-18"),
                &[11],
            ),
        ],
    },
];
