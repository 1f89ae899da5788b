//! Components and compiled code that were cut short or altered.

use cap_std::{ambient_authority, fs::Dir};
use lockstep_engine::{CacheError, CodeCache, CodeKey, Engine, EngineConfig, LoadError, Origin, Plugin, Pool, Profile};
use lockstep_model::Evaluate;
use lockstep_tests::guests;
use tempfile::TempDir;

use crate::{ENGINES, LIMITS, thing, total};

#[test]
fn a_component_cut_short_anywhere_is_refused() {
    let whole = guests::COUNTER;
    for engine in &*ENGINES {
        for length in (0..whole.len()).step_by(whole.len() / 40) {
            let refused = engine.load(&whole[..length], &LIMITS).map(|plugin| plugin.digest());
            assert!(refused.is_err(), "{length} bytes of {} load", whole.len());
        }
    }
}

/// A flipped bit may be harmless (in a name, say) or change what a rule computes: signatures are for that. What is
/// asserted is that the host stands, whatever the bit.
#[test]
fn a_component_with_a_flipped_bit_never_harms_the_host() {
    let [native, _] = &*ENGINES;
    let whole = guests::COUNTER;
    for position in (0..whole.len()).step_by(whole.len() / 30) {
        let mut altered = whole.to_vec();
        altered[position] ^= 1 << (position % 8);
        if let Ok(plugin) = native.load(&altered, &LIMITS) {
            let _ = plugin.evaluate(&thing(1), &LIMITS);
        }
    }
    check_counts(&native.load(whole, &LIMITS).expect("the unaltered one loads"));
}

#[test]
fn what_is_no_component_says_what_it_is() {
    let [native, _] = &*ENGINES;
    let refused = |bytes: &[u8]| match native.load(bytes, &LIMITS) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("it loads"),
    };
    assert!(refused(b"").contains("not WebAssembly"));
    assert!(refused(b"PK\x03\x04 and so on").contains("not WebAssembly"));
    assert!(refused(b"\0asm\x01\0\0\0").contains("core WebAssembly module"));
}

#[test]
fn precompiled_code_loads_where_it_is_vouched_for_and_nowhere_else() {
    let [native, portable] = &*ENGINES;
    let (key, other) = (CodeKey::new([1; 32]), CodeKey::new([2; 32]));
    let code = native.precompile(guests::COUNTER).expect("it compiles");
    let (bytes, proof) = (code.as_bytes(), key.proof(code.as_bytes()));

    check_counts(&native.load_precompiled(bytes, &proof, &key, &LIMITS).expect("it loads"));
    let refused = native.load_precompiled(bytes, &proof, &other, &LIMITS).map(|plugin| plugin.digest());
    assert!(matches!(refused, Err(LoadError::NotVouchedFor)), "{refused:?}");
    let refused = portable.load_precompiled(bytes, &proof, &key, &LIMITS).map(|plugin| plugin.digest());
    assert!(matches!(refused, Err(LoadError::OtherEngine { .. })), "{refused:?}");

    let mut altered = bytes.to_vec();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    let refused = native.load_precompiled(&altered, &proof, &key, &LIMITS).map(|plugin| plugin.digest());
    assert!(matches!(refused, Err(LoadError::NotVouchedFor)), "{refused:?}");
}

#[test]
fn code_that_a_server_makes_for_phones_loads_on_a_phone() {
    let server = engine(&EngineConfig::server(Profile::Portable, Pool::STANDARD));
    let phone = engine(&EngineConfig::device(Profile::Portable));
    let key = CodeKey::new([1; 32]);
    let code = server.precompile(guests::COUNTER).expect("it compiles");
    let loaded = phone.load_precompiled(code.as_bytes(), &key.proof(code.as_bytes()), &key, &LIMITS);
    check_counts(&loaded.expect("it loads"));
}

#[test]
fn a_component_is_compiled_once_for_a_folder() {
    let folder = Folder::new();
    let [native, portable] = &*ENGINES;
    for engine in [native, portable] {
        assert!(matches!(folder.load(engine), Origin::Compiled));
        assert!(matches!(folder.load(engine), Origin::Cache));
    }
    assert_eq!(folder.code_files().len(), 2);
}

#[test]
fn a_cached_file_that_was_altered_or_cut_short_is_made_anew() {
    let folder = Folder::new();
    let [native, _] = &*ENGINES;
    folder.load(native);
    let file = &folder.code_files()[0];
    let whole = std::fs::read(file).expect("it is there");
    for position in (0..whole.len()).step_by(whole.len() / 8) {
        let mut altered = whole.clone();
        altered[position] ^= 0x10;
        std::fs::write(file, &altered).expect("it is ours");
        assert!(matches!(folder.load(native), Origin::Compiled), "altered at {position}");
        std::fs::write(file, &whole[..position]).expect("it is ours");
        assert!(matches!(folder.load(native), Origin::Compiled), "cut at {position}");
    }
    assert!(matches!(folder.load(native), Origin::Cache));
}

#[test]
fn a_cached_file_under_another_components_name_is_not_taken_for_it() {
    let folder = Folder::new();
    let [native, _] = &*ENGINES;
    folder.load(native);
    let counter = folder.code_files();
    let cache = folder.cache().expect("the folder is ours");
    native.load_cached(guests::BAD_SHAPE, &cache, &LIMITS).expect("it loads");
    let other = folder.code_files().into_iter().find(|file| !counter.contains(file)).expect("it was kept");
    std::fs::copy(&counter[0], &other).expect("the folder is ours");
    let cached = native.load_cached(guests::BAD_SHAPE, &cache, &LIMITS).expect("it loads");
    assert!(matches!(cached.origin, Origin::Compiled));
}

#[test]
fn threads_and_caches_can_share_a_folder() {
    let folder = Folder::new();
    let [native, _] = &*ENGINES;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..3).for_each(|_| drop(folder.load(native))));
        }
    });
    assert!(matches!(folder.load(native), Origin::Cache));
    assert_eq!(folder.names(), 2, "the key and one file of code");
}

#[test]
fn a_key_that_is_damaged_is_made_anew_and_vouches_for_nothing_older() {
    let folder = Folder::new();
    let [native, _] = &*ENGINES;
    folder.load(native);
    std::fs::write(folder.path("key"), b"short").expect("it is ours");
    assert!(matches!(folder.load(native), Origin::Compiled));
    assert!(matches!(folder.load(native), Origin::Cache));
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    folder.cache().expect("the folder is ours");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.path("key"), open).expect("it is ours");
    assert!(matches!(folder.cache(), Err(CacheError::KeyNotOurs)));
}

/// A folder in the file's place stands for whatever keeps a file from being written: a full disk, missing rights.
#[test]
fn a_plugin_loads_although_its_code_cannot_be_kept() {
    let folder = Folder::new();
    let [native, _] = &*ENGINES;
    folder.load(native);
    let file = folder.code_files().remove(0);
    std::fs::remove_file(&file).expect("it is ours");
    std::fs::create_dir(&file).expect("the folder is ours");
    let Origin::NotKept(error) = folder.load(native) else { panic!("it was kept") };
    let said = error.to_string();
    assert!(said.contains("cannot be kept as") && said.contains("name another folder"), "{said}");
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().expect("there is a place for temporary files"))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn cache(&self) -> Result<CodeCache, CacheError> {
        CodeCache::open(Dir::open_ambient_dir(self.0.path(), ambient_authority()).expect("it is there"))
    }

    fn load(&self, engine: &Engine) -> Origin {
        let cache = self.cache().expect("the folder is ours");
        let cached = engine.load_cached(guests::COUNTER, &cache, &LIMITS).expect("it loads");
        check_counts(&cached.plugin);
        cached.origin
    }

    fn files(&self) -> impl Iterator<Item = std::path::PathBuf> {
        std::fs::read_dir(self.0.path()).expect("it is there").map(|entry| entry.expect("it is there").path())
    }

    fn names(&self) -> usize {
        self.files().count()
    }

    fn code_files(&self) -> Vec<std::path::PathBuf> {
        self.files().filter(|file| file.extension().is_some_and(|ending| ending == "code")).collect()
    }
}

fn engine(config: &EngineConfig) -> Engine {
    Engine::new(config).expect("the settings go together")
}

fn check_counts(plugin: &Plugin) {
    assert_eq!(total(&plugin.evaluate(&thing(1), &LIMITS).expect("it is served").answer), 1);
}
