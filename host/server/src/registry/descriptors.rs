//! What published packages say of themselves.

use std::collections::BTreeMap;

use lockstep_model::schema::Descriptor;

use super::{Registry, RegistryError, rows};

impl Registry {
    /// The descriptors of what is published, by name: of the version that is for all devices, else of the one that is
    /// being rolled out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn descriptors(&self) -> Result<BTreeMap<String, Descriptor>, RegistryError> {
        self.read(|sql| {
            let mut descriptors = BTreeMap::new();
            for workspace in rows::workspaces(sql)? {
                let version = workspace.stable.or(workspace.staged);
                let descriptor = version.map(|version| rows::descriptor(sql, &version.digest)).transpose()?.flatten();
                descriptors.extend(descriptor.map(|descriptor| (workspace.name, descriptor)));
            }
            Ok(descriptors)
        })
    }
}
