//! Measurements of gongkit, with their baselines.
