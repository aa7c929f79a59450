//! From numbers to places.

/// A straight scale from a stretch of numbers to a stretch of places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    numbers: (f64, f64),
    places: (f64, f64),
}

impl Scale {
    /// Numbers that do not differ are given a stretch of one.
    pub(crate) fn new(numbers: (f64, f64), places: (f64, f64)) -> Self {
        let (lo, hi) = numbers;
        let is_sound = lo.is_finite() && hi.is_finite() && hi > lo;
        let lo = if lo.is_finite() { lo } else { 0.0 };
        Self {
            numbers: if is_sound { numbers } else { (lo, lo + 1.0) },
            places,
        }
    }

    /// The place of a number, within the stretch, to a tenth.
    pub(crate) fn at(self, number: f64) -> f64 {
        let (lo, hi) = self.numbers;
        let (from, to) = self.places;
        let share = ((number - lo) / (hi - lo)).clamp(0.0, 1.0);
        let share = if share.is_finite() { share } else { 0.0 };
        ((from + share * (to - from)) * 10.0).round() / 10.0
    }

    /// How wide a stretch of numbers is.
    pub(crate) fn width(self, from: f64, to: f64) -> f64 {
        (((self.at(to) - self.at(from)).max(0.0)) * 10.0).round() / 10.0
    }

    /// About four round numbers.
    pub(crate) fn ticks(self) -> Vec<f64> {
        let (lo, hi) = self.numbers;
        let rough = (hi - lo) / 4.0;
        let size = 10f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0]
            .into_iter()
            .map(|step| step * size);
        let step = steps
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let first = (lo / step).ceil();
        let all = (0..8).map(|at| (first + f64::from(at)) * step);
        all.take_while(|tick| *tick <= hi + step * 1e-9).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_place_and_none_lies_outside() {
        let scale = Scale::new((0.0, 200.0), (10.0, 110.0));
        let at = |number| Some(scale.at(number));
        assert_eq!(at(50.0), Some(35.0));
        assert_eq!(at(-1.0), Some(10.0));
        assert_eq!(at(1e9), Some(110.0));
        assert_eq!(at(f64::NAN), Some(10.0));
        assert_eq!(Some(scale.width(50.0, 100.0)), Some(25.0));
        let alike = Scale::new((3.0, 3.0), (0.0, 9.0));
        assert_eq!(Some(alike.at(3.0)), Some(0.0));
    }

    #[test]
    fn ticks_are_round_and_few() {
        let ticks = |hi| Scale::new((0.0, hi), (0.0, 1.0)).ticks();
        assert_eq!(ticks(900_000.0), [0.0, 250_000.0, 500_000.0, 750_000.0]);
        assert_eq!(ticks(4.0), [0.0, 1.0, 2.0, 3.0, 4.0]);
    }
}
