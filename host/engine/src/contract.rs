//! Whether a component is a plugin of a contract that this host knows: its export's version, and its imports.

use wasmtime::component::{Component, types::ComponentItem};

use crate::{
    bindings::{INTERFACE, LOG, WIT_VERSION},
    config::Accept,
    error::LoadError,
};

/// A version as exports name it.
type Version = (u64, u64, u64);

/// Checks exports and imports, all of them; yields the names of the imports that are more than types.
pub(crate) fn check(component: &Component, accept: &Accept) -> Result<Vec<String>, LoadError> {
    let imports = imports(component);
    let foreign = imports.iter().filter(|name| *name != LOG);
    let mut wrong: Vec<_> = exported_version(component).and_then(check_version).err().into_iter().collect();
    wrong.extend(foreign.map(|name| LoadError::Import { name: name.clone() }));
    if matches!(accept, Accept::Packages) && imports.iter().any(|name| name == LOG) {
        wrong.push(LoadError::DevelopmentBuild);
    }
    match wrong.pop() {
        None => Ok(imports),
        Some(only) if wrong.is_empty() => Err(only),
        Some(last) => {
            wrong.push(last);
            Err(LoadError::Several(wrong))
        }
    }
}

fn exported_version(component: &Component) -> Result<Version, LoadError> {
    let ty = component.component_type();
    let mut versions = ty.exports(component.engine()).filter_map(|(name, _)| version_of(name));
    versions.next().ok_or(LoadError::NoPlugin)
}

/// The version in `lockstep:logic/logic@1.0.0`.
fn version_of(export: &str) -> Option<Version> {
    let mut parts = export.strip_prefix(INTERFACE)?.strip_prefix('@')?.splitn(3, '.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

fn check_version(found: Version) -> Result<(), LoadError> {
    let (major, minor, _) = WIT_VERSION;
    if (found.0, found.1) > (major, minor) || found.0 != major {
        return Err(LoadError::NewerHost { found: text(found), known: text(WIT_VERSION) });
    }
    Ok(())
}

fn text((major, minor, patch): Version) -> String {
    format!("{major}.{minor}.{patch}")
}

fn imports(component: &Component) -> Vec<String> {
    let ty = component.component_type();
    let engine = component.engine();
    let more_than_types = |item: &ComponentItem| match item {
        ComponentItem::Type(_) => false,
        ComponentItem::ComponentInstance(instance) => {
            instance.exports(engine).any(|(_, export)| !matches!(export.ty, ComponentItem::Type(_)))
        }
        _ => true,
    };
    ty.imports(engine).filter(|(_, import)| more_than_types(&import.ty)).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{check_version, version_of};

    #[test]
    fn the_version_is_read_from_the_exports_name() {
        assert_eq!(version_of("lockstep:logic/logic@1.2.3"), Some((1, 2, 3)));
        assert_eq!(version_of("lockstep:logic/logic"), None);
        assert_eq!(version_of("wasi:cli/run@0.2.0"), None);
    }

    #[test]
    fn a_later_contract_is_for_a_newer_host_and_a_later_patch_is_not() {
        assert!(check_version((1, 0, 7)).is_ok());
        let said = check_version((1, 1, 0)).unwrap_err().to_string();
        assert!(said.contains("built for a newer host") && said.contains("1.1.0"), "{said}");
        assert!(check_version((2, 0, 0)).is_err());
    }
}
