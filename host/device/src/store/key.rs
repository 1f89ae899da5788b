//! The key with which a device's file is encrypted.

use std::fmt::Write as _;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::Result;

/// 32 bytes with which a device's file is encrypted (SQLCipher 4: AES-256 and an HMAC, page by page). It never shows in
/// `Debug`, and is wiped from memory when it is dropped.
pub struct FileKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for FileKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FileKey(…)")
    }
}

impl FileKey {
    /// This key: random bytes from wherever the system keeps secrets, no passphrase.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// Has a connection, which has read nothing yet, use it.
    pub(super) fn unlock(&self, connection: &Connection) -> Result<()> {
        // As SQLCipher takes a key that is used as it is.
        let mut sql = Zeroizing::new(String::with_capacity(100));
        sql.push_str("PRAGMA key = \"x'");
        for byte in *self.0 {
            let _ = write!(sql, "{byte:02x}");
        }
        sql.push_str("'\"");
        connection.query_row(&sql, [], |_| Ok(()))?;
        Ok(())
    }
}
