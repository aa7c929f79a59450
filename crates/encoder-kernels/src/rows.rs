//! Rows of a matrix that lies in a larger one.

/// Rows to be read: row `r` is the `width` values from `r · stride` on.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) stride: usize,
    pub(crate) width: usize,
    pub(crate) count: usize,
}

/// Rows to be written: row `r` begins at `r · stride`.
pub(crate) struct RowsMut<'a> {
    pub(crate) values: &'a mut [f32],
    pub(crate) stride: usize,
}

impl<'a, T> Rows<'a, T> {
    /// Rows that lie end to end.
    pub(crate) fn whole(values: &'a [T], width: usize) -> Self {
        Self {
            values,
            stride: width,
            width,
            count: values.len() / width,
        }
    }

    #[inline]
    pub(crate) fn row(&self, at: usize) -> &'a [T] {
        &self.values[at * self.stride..][..self.width]
    }
}

impl<'a> RowsMut<'a> {
    /// Rows that lie end to end.
    pub(crate) fn whole(values: &'a mut [f32], width: usize) -> Self {
        Self {
            values,
            stride: width,
        }
    }

    /// The part of a row that begins at this column.
    #[inline]
    pub(crate) fn part(&mut self, row: usize, column: usize, width: usize) -> &mut [f32] {
        &mut self.values[row * self.stride + column..][..width]
    }
}
