//! Typed, paced, retrying client for Gong's public API.
