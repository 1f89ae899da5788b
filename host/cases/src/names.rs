//! What a plugin has, by the names that people write.

use lockstep_model::schema::{Action, Descriptor, Entity};

use crate::InputError;

/// The position and definition of an entity.
///
/// # Errors
/// When there is none, with those that there are.
pub fn entity_named<'d>(descriptor: &'d Descriptor, name: &str) -> Result<(u16, &'d Entity), InputError> {
    descriptor.entity(name).ok_or_else(|| {
        let known = names(descriptor.entities.iter().map(|entity| &*entity.name));
        InputError::new(format!("the plugin has no entity `{name}`: choose one of {known}"))
    })
}

/// The position and definition of an entity's action.
///
/// # Errors
/// When there is none, with those that there are.
pub fn action_named<'d>(entity: &'d Entity, name: &str) -> Result<(u16, &'d Action), InputError> {
    entity.action(name).ok_or_else(|| {
        let known = names(entity.actions.iter().map(|action| &*action.name));
        InputError::new(format!("the entity `{}` has no action `{name}`: choose one of {known}", entity.name))
    })
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
