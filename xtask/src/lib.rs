//! Checks of the workspace itself: arrows, file budgets, serde borders.
