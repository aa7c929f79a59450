//! Consent, by name, to what cannot be taken back or costs money.

/// Consent to Gong deleting a person's calls, e-mails and contact data, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasesPerson(());

/// Consent to the company's Gong credits being spent, with every single request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendsCredits(());

/// Consent to something being deleted in Gong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeletesUpstream(());

impl ErasesPerson {
    /// Yes: erase the person.
    pub fn confirmed() -> Self {
        Self(())
    }
}

impl SpendsCredits {
    /// Yes: spend the credits.
    pub fn confirmed() -> Self {
        Self(())
    }
}

impl DeletesUpstream {
    /// Yes: delete it.
    pub fn confirmed() -> Self {
        Self(())
    }
}
