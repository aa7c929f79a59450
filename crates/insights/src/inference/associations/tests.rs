use super::*;

fn compared(with: [u32; 2], without: [u32; 2]) -> Comparison {
    let tally = |[won, lost]: [u32; 2]| Tally { won, lost };
    Comparison {
        name: "pricing in the first call".to_owned(),
        with: tally(with),
        without: tally(without),
        strata: Vec::new(),
    }
}

fn said(one: &Comparison) -> String {
    Associations::of(std::slice::from_ref(one)).verdicts[0].to_string()
}

#[test]
fn enough_deals_far_enough_apart_are_associated() {
    let one = compared([40, 60], [30, 90]);
    assert_eq!(
        said(&one),
        "associated with a higher win rate: +15 points (95 % interval +3 to +27)"
    );
}

#[test]
fn the_same_difference_of_few_deals_says_nothing() {
    let one = compared([12, 18], [10, 30]);
    assert_eq!(
        said(&one),
        "no difference can be told: +15 points (95 % interval -7 to +36); \
         needed to see 10 points: 363 per group"
    );
}

#[test]
fn thin_groups_are_refused_with_what_is_missing() {
    assert_eq!(
        said(&compared([6, 6], [50, 50])),
        "not enough data: 12 of 20 closed deals; needed to see 10 points: 388 per group"
    );
    assert_eq!(
        said(&compared([0, 0], [0, 0])),
        "not enough data: 0 of 20 closed deals"
    );
    assert_eq!(
        said(&compared([4, 40], [50, 50])),
        "not enough data: 4 of 5 deals won"
    );
    assert_eq!(
        said(&compared([40, 40], [60, 3])),
        "not enough data: 3 of 5 deals lost"
    );
}

/// P. Bickel and others, "Sex Bias in Graduate Admissions", Science 187 (1975): fewer women than
/// men were admitted, and of the departments A and B more.
#[test]
fn a_difference_that_flips_in_a_part_is_withheld() {
    let mut one = compared([557, 1278], [1198, 1493]);
    assert!(said(&one).starts_with("associated with a lower win rate: -14 points"));

    let part = |name: &str, with: [u32; 2], without: [u32; 2]| {
        let Comparison { with, without, .. } = compared(with, without);
        Stratum {
            name: name.to_owned(),
            with,
            without,
        }
    };
    one.strata = vec![
        part("department C", [202, 391], [120, 205]),
        part("department A", [89, 19], [512, 313]),
    ];

    assert_eq!(
        said(&one),
        "withheld: the difference points the other way in department A"
    );
}

#[test]
fn a_part_of_a_few_deals_withholds_nothing() {
    let mut one = compared([40, 60], [30, 90]);
    one.strata = vec![Stratum {
        name: "Lisbon".to_owned(),
        with: Tally { won: 0, lost: 4 },
        without: Tally { won: 9, lost: 1 },
    }];
    assert!(said(&one).starts_with("associated"));
}

#[test]
fn more_questions_make_an_answer_harder_and_thin_ones_do_not_count() {
    let found = compared([40, 60], [30, 90]);
    let mut report = vec![found];
    report.extend(vec![compared([1, 1], [1, 1]); 30]);
    let few = Associations::of(&report);
    assert_eq!(few.tested, 1);
    assert!(matches!(few.verdicts[0], Verdict::Associated { .. }));

    report.extend(vec![compared([50, 50], [50, 50]); 30]);
    let many = Associations::of(&report);
    assert_eq!(many.tested, 31);
    assert!(matches!(many.verdicts[0], Verdict::NotToldApart { .. }));
}

/// Deals drawn by a seed: 40 things, each had by half of 400 deals of which 30 % are won, and
/// 20 points more with the first `real` things.
fn drawn(seed: u64, real: usize) -> Vec<Comparison> {
    let mut state = seed;
    // Splitmix64: G. Steele and others, "Fast Splittable Pseudorandom Number Generators", 2014.
    let mut chance = move |of_100: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % 100 < of_100
    };
    let mut thing = |at: usize| {
        let mut one = compared([0, 0], [0, 0]);
        for _ in 0..400 {
            let has = chance(50);
            let won = chance(if has && at < real { 50 } else { 30 });
            let group = if has { &mut one.with } else { &mut one.without };
            if won {
                group.won += 1;
            } else {
                group.lost += 1;
            }
        }
        one
    };
    (0..40).map(&mut thing).collect()
}

fn told(report: &Associations) -> Vec<bool> {
    let told = |one: &Verdict| matches!(one, Verdict::Associated { .. });
    report.verdicts.iter().map(told).collect()
}

/// Without any effect every discovery is false: the share of false ones is then the share of
/// reports that tell anything.
#[test]
fn where_nothing_has_an_effect_few_reports_tell_anything() {
    let telling =
        (0..4000).filter(|seed| told(&Associations::of(&drawn(*seed, 0))).contains(&true));
    let share = telling.count() as f64 / 4000.0;
    println!("reports with a false discovery: {share}");
    assert!(share <= FALSE_DISCOVERIES, "{share}");
}

#[test]
fn where_some_have_an_effect_most_are_told_and_few_falsely() {
    let (mut found, mut false_share) = (0, 0.0);
    for seed in 1000..1200 {
        let told = told(&Associations::of(&drawn(seed, 10)));
        let right = told.iter().take(10).filter(|told| **told).count();
        let wrong = told.iter().skip(10).filter(|told| **told).count();
        found += right;
        false_share += wrong as f64 / (right + wrong).max(1) as f64;
    }
    let (found, false_share) = (found as f64 / 2000.0, false_share / 200.0);
    println!("found: {found}, false among told: {false_share}");
    assert!(found > 0.8, "{found}");
    assert!(false_share <= FALSE_DISCOVERIES, "{false_share}");
}
