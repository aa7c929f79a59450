//! Gong credentials into authorised requests, and the rule for where they may be sent.
