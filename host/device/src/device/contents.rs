//! All that a device has, for whoever holds it against its server or another device.

use std::collections::BTreeMap;

use lockstep_model::{RecordId, canonical::encode_record, exchange::RowId};

use super::{Device, Result};
use crate::store::{records, rows};

/// All that a device has, as canonical bytes. Two devices of users who may see the same, and have nothing waiting, have
/// the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The records as the server has sent them; without those that were deleted.
    pub base: BTreeMap<RecordId, Vec<u8>>,
    /// The records as they are shown: as pending operations leave them.
    pub shown: BTreeMap<RecordId, Vec<u8>>,
    /// The rows of fed tables.
    pub rows: BTreeMap<RowId, Vec<u8>>,
    /// Whether a table is here, by plugin and name, for those of which the server has said so.
    pub tables: BTreeMap<(String, String), bool>,
}

impl Device {
    /// All that the device has.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn contents(&self) -> Result<Contents> {
        let connection = self.store.connection();
        let (base, rows, tables) =
            (records::all_of_base(connection)?, rows::all(connection)?, rows::tables(connection)?);
        let mut shown = BTreeMap::new();
        for (plugin, entity) in records::entities(connection)? {
            records::of_entity(connection, &plugin, &entity, |found| {
                let id = RecordId { plugin: plugin.clone(), entity: entity.clone(), key: found.key };
                shown.insert(id, encode_record(&found.record));
                Ok(())
            })?;
        }
        Ok(Contents { base, shown, rows, tables })
    }
}
