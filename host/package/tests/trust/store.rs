//! The store: files whole or not at all, and never other than they were put.

use cap_std::fs::Dir;
use cap_tempfile::{TempDir, ambient_authority};
use lockstep_model::Digest;
use lockstep_package::{Store, store::StoreError};

fn folder() -> TempDir {
    TempDir::new(ambient_authority()).unwrap()
}

fn store(folder: &Dir) -> Store {
    Store::open(folder.try_clone().unwrap()).unwrap()
}

fn path(digest: &Digest) -> String {
    let text = digest.to_string();
    format!("{}/{}", &text[..2], &text[2..])
}

/// All files under a folder, with their folders' names.
fn files(folder: &Dir) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.entries().unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.open_dir().unwrap()).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn files_come_back_under_their_digests() {
    let folder = folder();
    let store = store(&folder);
    let large = vec![7; 100_000];
    let contents = [&b""[..], b"one", &large];
    let mut digests: Vec<_> = contents.iter().map(|bytes| store.put(bytes).unwrap()).collect();
    for (bytes, digest) in contents.iter().zip(&digests) {
        assert_eq!(*digest, Digest::of(bytes));
        assert!(store.contains(digest));
        assert_eq!(store.get(digest).unwrap(), *bytes);
    }
    digests.sort();
    assert_eq!(store.list().unwrap(), digests);
    assert_eq!(files(&folder), digests.iter().map(path).collect::<Vec<_>>());
    assert_eq!(self::store(&folder).list().unwrap(), digests, "they are there after a restart");
}

#[test]
fn what_was_removed_is_missing_and_may_be_removed_again() {
    let folder = folder();
    let store = store(&folder);
    let digest = store.put(b"one").unwrap();
    store.remove(&digest).unwrap();
    store.remove(&digest).unwrap();
    assert!(!store.contains(&digest) && store.list().unwrap().is_empty());
    assert!(matches!(store.get(&digest), Err(StoreError::Missing { .. })));
}

#[test]
fn what_an_interrupted_writer_left_is_never_seen_and_removed_at_the_next_start() {
    let folder = folder();
    let digest = Digest::of(b"whole");
    folder.create_dir(path(&digest).split_once('/').unwrap().0).unwrap();
    let left = format!("{}-00c0ffee00c0ffee.new", path(&digest));
    folder.write(&left, b"who").unwrap();

    let beside = Store::new(folder.try_clone().unwrap());
    assert!(!beside.contains(&digest) && beside.list().unwrap().is_empty());
    assert!(matches!(beside.get(&digest), Err(StoreError::Missing { .. })));
    assert_eq!(files(&folder), [left], "who only reads touches nothing");

    let store = store(&folder);
    assert!(files(&folder).is_empty());
    assert_eq!(store.put(b"whole").unwrap(), digest);
    assert_eq!(files(&folder), [path(&digest)]);
}

#[test]
fn a_file_altered_on_the_disk_is_refused_and_put_anew() {
    let folder = folder();
    let store = store(&folder);
    let digest = store.put(b"as it was put").unwrap();
    for altered in [&b"as it was puT"[..], b"as it was pu", b"as it was put ", b""] {
        folder.write(path(&digest), altered).unwrap();
        let refused = store.get(&digest).unwrap_err();
        assert!(matches!(refused, StoreError::Altered { .. }), "{refused}");
        assert_eq!(store.put(b"as it was put").unwrap(), digest);
        assert_eq!(store.get(&digest).unwrap(), b"as it was put");
    }
}

#[test]
fn a_file_whose_length_is_enormous_is_refused_unread() {
    let folder = folder();
    let store = store(&folder);
    let digest = store.put(b"small").unwrap();
    let file = folder.open_with(path(&digest), cap_std::fs::OpenOptions::new().write(true)).unwrap();
    file.set_len(1 << 40).unwrap();
    assert!(matches!(store.get(&digest), Err(StoreError::Altered { .. })));
}

#[test]
fn others_files_in_the_folder_are_left_alone() {
    let folder = folder();
    folder.create_dir("ab").unwrap();
    folder.create_dir("other").unwrap();
    for name in ["README.md", "ab/notes", "other/left.new"] {
        folder.write(name, b"mine").unwrap();
    }
    let before = files(&folder);
    assert!(store(&folder).list().unwrap().is_empty());
    assert_eq!(files(&folder), before);
}

#[cfg(unix)]
#[test]
fn nothing_outside_the_folder_is_reached() {
    let outside = folder();
    let digest = Digest::of(b"secret");
    let inside = outside.open_dir({
        outside.create_dir("store").unwrap();
        "store"
    });
    let inside = inside.unwrap();
    let text = path(&digest);
    let (start, name) = text.split_once('/').unwrap();
    outside.create_dir(start).unwrap();
    outside.write(&text, b"secret").unwrap();
    // A link out of the store, where the file's folder would be, and where the file itself would be.
    inside.symlink(format!("../{start}"), start).unwrap();
    let store = Store::open(inside.try_clone().unwrap()).unwrap();
    assert!(!store.contains(&digest) && store.get(&digest).is_err() && store.list().unwrap().is_empty());
    assert!(store.put(b"secret").is_err(), "a link is followed out of the folder");
    inside.remove_file(start).unwrap();
    inside.create_dir(start).unwrap();
    inside.symlink(format!("../../{start}/{name}"), &text).unwrap();
    assert!(!store.contains(&digest) && store.get(&digest).is_err());
    assert_eq!(outside.read(&text).unwrap(), b"secret");
}

#[test]
fn many_writers_of_one_file_leave_one_whole_file() {
    let folder = folder();
    let store = store(&folder);
    let bytes = vec![3; 200_000];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(store.put(&bytes).unwrap(), Digest::of(&bytes)));
        }
    });
    assert_eq!(files(&folder), [path(&Digest::of(&bytes))]);
    assert_eq!(store.get(&Digest::of(&bytes)).unwrap(), bytes);
}
