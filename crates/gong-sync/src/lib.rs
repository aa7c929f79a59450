//! Brings a call from Gong into archive and memory, exactly once in effect.
