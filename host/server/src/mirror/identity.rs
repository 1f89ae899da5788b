//! Who sent something, in a form that can be kept.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::auth::Caller;

/// Who sent something: kept with an operation, so that it can be run again when nobody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Identity {
    /// The user's name.
    pub user: String,
    /// All of his roles.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// To which companies his token narrows what the policy gives; none: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub companies: Option<BTreeSet<String>>,
}

impl Identity {
    /// A caller's.
    pub fn of(caller: &Caller) -> Self {
        Self {
            user: caller.subject().to_owned(),
            roles: caller.roles().clone(),
            companies: caller.companies().cloned(),
        }
    }

    /// The caller again, on no device.
    pub(crate) fn caller(&self) -> Caller {
        Caller::kept(self.user.clone(), self.roles.clone(), self.companies.clone())
    }
}
