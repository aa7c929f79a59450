//! A vector has length one, or is none.

use embeddings::{Error, Vector};
use proptest::prelude::*;

proptest! {
    #[test]
    fn every_vector_has_length_one(
        values in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::ZERO, 1..400),
    ) {
        let Ok(vector) = Vector::normalised(values.clone()) else {
            prop_assert!(values.iter().all(|value| *value == 0.0));
            return Ok(());
        };

        let length: f64 = vector.as_slice().iter().map(|&value| f64::from(value).powi(2)).sum();
        prop_assert!((length - 1.0).abs() < 1e-5, "{length}");
        prop_assert!((vector.dot(&vector) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn scaling_the_values_does_not_turn_the_vector(
        values in prop::collection::vec(-1.0_f32..1.0, 1..400),
        factor in 1e-3_f32..1e3,
    ) {
        prop_assume!(values.iter().any(|value| value.abs() > 1e-3));
        let scaled = values.iter().map(|value| value * factor).collect();

        let (vector, scaled) = (Vector::normalised(values)?, Vector::normalised(scaled)?);

        prop_assert!((vector.dot(&scaled) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn a_cosine_is_symmetric_and_never_beyond_one(
        left in prop::collection::vec(-1.0_f32..1.0, 32),
        right in prop::collection::vec(-1.0_f32..1.0, 32),
    ) {
        let (left, right) = (Vector::normalised(left)?, Vector::normalised(right)?);

        prop_assert!((left.dot(&right) - right.dot(&left)).abs() < 1e-6);
        prop_assert!(left.dot(&right).abs() < 1.0 + 1e-5);
    }
}

#[test]
fn what_points_nowhere_is_no_vector() {
    for values in [
        vec![],
        vec![0.0; 3],
        vec![1.0, f32::NAN],
        vec![f32::INFINITY, 0.0],
    ] {
        let refused = Vector::normalised(values);

        assert!(matches!(refused, Err(Error::NoDirection)), "{refused:?}");
    }
}

#[test]
fn values_at_the_ends_of_the_range_have_a_direction() {
    let large = Vector::normalised(vec![f32::MAX, f32::MAX]).unwrap();
    let small = Vector::normalised(vec![f32::MIN_POSITIVE, f32::MIN_POSITIVE]).unwrap();

    assert!((large.dot(&small) - 1.0).abs() < 1e-6);
}

#[test]
fn a_printed_vector_shows_no_values() {
    let vector = Vector::normalised(vec![3.0, 4.0]).unwrap();

    assert_eq!(format!("{vector:?}"), "Vector(2 values)");
}
