//! Conditions: which fields they make hidden, read-only or required.

use syn::Attribute;

use super::{
    declaration::{Declaration, idents},
    rule::{Kind, Mark, Rules},
};

pub(super) fn read(
    attribute: &Attribute,
    scope: usize,
    declaration: &Declaration,
    rules: &mut Rules,
) -> syn::Result<Kind> {
    let record = declaration.scope(scope);
    let mut marks = Vec::new();
    let mut guards = Vec::new();
    let says_nothing =
        || syn::Error::new_spanned(attribute, "a condition names the fields that it is about: `hidden = [field]`");
    if matches!(attribute.meta, syn::Meta::Path(_)) {
        return Err(says_nothing());
    }
    attribute.parse_nested_meta(|meta| {
        let mark = match meta.path.get_ident().map(ToString::to_string).unwrap_or_default().as_str() {
            "hidden" => Mark::Hidden,
            "read_only" => Mark::ReadOnly,
            "required" => Mark::Required,
            "actions" => {
                guards = idents(&meta)?;
                return Ok(());
            }
            _ => {
                return Err(meta.error(
                    "a condition says `hidden = [field]`, `read_only = […]` or `required = […]`, and `actions = […]` \
                     where only these require",
                ));
            }
        };
        for field in idents(&meta)? {
            let position = record.position(&field).ok_or_else(|| record.has_no(&field))?;
            marks.push((position, mark));
        }
        Ok(())
    })?;
    if marks.is_empty() {
        return Err(says_nothing());
    }
    if let Some(guard) = guards.first().filter(|_| !marks.iter().any(|(_, mark)| *mark == Mark::Required)) {
        return Err(syn::Error::new_spanned(guard, "`actions` says which actions `required = […]` is for"));
    }
    rules.guards.extend(guards.iter().cloned());
    Ok(Kind::Condition { marks, guards })
}
