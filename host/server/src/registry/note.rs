//! Lines of the audit log on what is done beside the registry.

use super::{Registry, error::RegistryError, record::Change};

impl Registry {
    /// Checks that somebody does it and says why, before it is done.
    ///
    /// # Errors
    /// When the name or the reason does not do.
    pub fn check_note(&self, change: &Change<'_>) -> Result<(), RegistryError> {
        change.check()
    }

    /// Writes a line on what was done to the mirror: an import, a parked operation's release or refusal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(
        &self,
        action: &str,
        subject: &str,
        detail: Option<&str>,
        change: &Change<'_>,
    ) -> Result<(), RegistryError> {
        self.change(change, |edit| edit.audit(action, subject, None, detail))
    }
}
