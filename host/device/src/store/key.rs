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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, StoreError, meta};

    const QUOTA: u64 = 1 << 30;

    #[test]
    fn a_file_is_read_with_its_key_alone_and_holds_nothing_that_can_be_read_without() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        let (key, other) = (FileKey::new([7; 32]), FileKey::new([8; 32]));
        let mut store = Store::open_encrypted(&file, &key, QUOTA).expect("it opens");
        let write = |connection: &rusqlite::Transaction<'_>| meta::set_text(connection, meta::USER, "very secret");
        store.write(write).expect("written");
        let log = std::fs::read(folder.path().join("file-wal")).expect("a log");
        drop(store);
        for bytes in [std::fs::read(&file).expect("a file"), log] {
            for text in [&b"very secret"[..], b"SQLite format 3", b"CREATE TABLE"] {
                assert!(!bytes.windows(text.len()).any(|found| found == text));
            }
        }
        let refused = Store::open_encrypted(&file, &other, QUOTA).err().expect("refused");
        assert!(matches!(refused, StoreError::WrongKey), "{refused}");
        let refused = Store::open(&file, QUOTA).err().expect("refused");
        assert!(matches!(refused, StoreError::NotOurs), "{refused}");
        let store = Store::open_encrypted(&file, &key, QUOTA).expect("it opens");
        let found = meta::text(store.connection(), meta::USER).expect("it can be read");
        assert_eq!(found.as_deref(), Some("very secret"));
        assert_eq!(format!("{key:?}"), "FileKey(…)");
    }

    #[test]
    fn a_file_that_is_not_encrypted_is_refused_with_a_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        drop(Store::open(&file, QUOTA).expect("it opens"));
        let refused = Store::open_encrypted(&file, &FileKey::new([7; 32]), QUOTA).err().expect("refused");
        assert!(matches!(refused, StoreError::WrongKey), "{refused}");
    }
}
