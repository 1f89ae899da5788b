//! The devices that refresh, and the rings that they are in.
//!
//! All of them are held in memory, since every refresh asks. What a refresh tells (user, engine, time) is written when
//! it differs, the time no more than every ten minutes: a refresh that finds nothing new must not wait for the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use lockstep_model::Timestamp;
use rusqlite::{Connection, params};

use super::{
    Registry,
    edit::Edit,
    error::RegistryError,
    record::{Asker, Change, Device},
    rows,
};
use crate::rollout::check_rings;

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// Longest id of a device, in bytes.
pub const DEVICE_BYTES_MAX: usize = 128;

/// How old the time of the last refresh may be in the database, in milliseconds.
const SEEN_MS: i64 = 600_000;

/// All devices, by id.
pub(super) struct Devices(Mutex<BTreeMap<String, Device>>);

impl Devices {
    pub(super) fn read(sql: &Connection) -> Result<Self> {
        let mut statement = sql.prepare("SELECT * FROM device")?;
        let found = statement.query_map((), |row| {
            Ok(Device {
                id: row.get("id")?,
                user: row.get("user")?,
                engine: row.get("engine")?,
                rings: rows::of_json(row, "rings")?,
                seen: row.get("seen")?,
            })
        })?;
        let all: BTreeMap<_, _> =
            found.map(|device| device.map(|device| (device.id.clone(), device))).collect::<rusqlite::Result<_>>()?;
        Ok(Self(Mutex::new(all)))
    }

    fn get(&self, id: &str) -> Option<Device> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn set(&self, device: Device) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(device.id.clone(), device);
    }

    fn all(&self) -> Vec<Device> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl Registry {
    /// All devices that have refreshed or were given rings, by id.
    pub fn devices(&self) -> Vec<Device> {
        self.devices.all()
    }

    /// Puts a device into these rings and no others; it need not have refreshed yet.
    ///
    /// # Errors
    /// When the id or a ring's name is none.
    pub fn set_rings(&self, id: &str, rings: &BTreeSet<String>, change: &Change<'_>) -> Result<Device> {
        check_id(id)?;
        check_rings(rings)?;
        let write = |edit: &mut Edit<'_>| {
            let before = self.devices.get(id).unwrap_or_else(|| unknown(id));
            let device = Device { rings: rings.clone(), ..before };
            write(edit.sql, &device)?;
            edit.raise()?;
            let listed: Vec<_> = rings.iter().map(String::as_str).collect();
            let detail = if listed.is_empty() { "in no ring".to_owned() } else { listed.join(", ") };
            edit.audit("rings-set", id, None, Some(&detail))?;
            Ok(device)
        };
        self.change_then(change, write, |device| self.devices.set(device.clone()))
    }

    /// The rings of a device; one that is not known is in none.
    pub(super) fn rings(&self, id: &str) -> BTreeSet<String> {
        self.devices.get(id).map(|device| device.rings).unwrap_or_default()
    }

    /// Notes that a device has asked, and answers its rings.
    pub(super) fn seen(&self, asker: &Asker<'_>, now: Timestamp) -> Result<BTreeSet<String>> {
        check_id(asker.device)?;
        let is_up_to_date = |device: &Device| {
            device.user.as_deref() == Some(asker.user)
                && device.engine.as_deref() == Some(asker.engine)
                && device.seen.is_some_and(|seen| now.0 - seen < SEEN_MS)
        };
        if let Some(device) = self.devices.get(asker.device)
            && is_up_to_date(&device)
        {
            return Ok(device.rings);
        }
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        // Looked up again: the rings may have changed before the lock was had.
        let before = self.devices.get(asker.device).unwrap_or_else(|| unknown(asker.device));
        let (user, engine) = (Some(asker.user.to_owned()), Some(asker.engine.to_owned()));
        let device = Device { user, engine, seen: Some(now.0), ..before };
        write(&transaction, &device)?;
        transaction.commit()?;
        self.devices.set(device.clone());
        Ok(device.rings)
    }
}

fn unknown(id: &str) -> Device {
    Device { id: id.to_owned(), user: None, engine: None, rings: BTreeSet::new(), seen: None }
}

fn check_id(id: &str) -> Result<()> {
    let is_id = (1..=DEVICE_BYTES_MAX).contains(&id.len()) && !id.chars().any(char::is_control);
    let wrong = || {
        RegistryError::Invalid(format!(
            "`{}` is no id of a device: it has 1 to {DEVICE_BYTES_MAX} bytes",
            id.escape_debug()
        ))
    };
    if is_id { Ok(()) } else { Err(wrong()) }
}

fn write(sql: &Connection, device: &Device) -> Result<()> {
    let mut statement = sql.prepare_cached(
        "INSERT INTO device (id, user, engine, rings, seen) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET user = ?2, engine = ?3, rings = ?4, seen = ?5",
    )?;
    let Device { id, user, engine, rings, seen } = device;
    statement.execute(params![id, user, engine, rows::json(rings)?, seen])?;
    Ok(())
}
