//! The crate's message files: which messages they have, and which arguments these use.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

/// One message file.
pub(crate) struct MessageFile {
    pub(crate) path: PathBuf,
    /// The arguments that each message uses.
    pub(crate) messages: BTreeMap<String, BTreeSet<String>>,
}

/// Reads all `*.ftl` of a folder, in name order.
///
/// # Errors
/// A sentence: no folder, no file, or a file that is not Fluent.
pub(crate) fn read(folder: &Path) -> Result<Vec<MessageFile>, String> {
    let entries = fs::read_dir(folder)
        .map_err(|error| format!("messages: cannot read {}: {error}; write messages/en.ftl there", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ftl"));
    paths.sort();
    if paths.is_empty() {
        return Err(format!("messages: {} has no .ftl file; write en.ftl there", folder.display()));
    }
    paths.into_iter().map(read_file).collect()
}

fn read_file(path: PathBuf) -> Result<MessageFile, String> {
    let source =
        fs::read_to_string(&path).map_err(|error| format!("messages: cannot read {}: {error}", path.display()))?;
    let resource = fluent_syntax::parser::parse(source.as_str()).map_err(|(_, mistakes)| {
        let mistake = mistakes.first();
        let line = mistake.map_or(1, |mistake| source[..mistake.pos.start].matches('\n').count() + 1);
        let what = mistake.map(ToString::to_string).unwrap_or_default();
        format!("messages: {}:{line}: {what}", path.display())
    })?;
    let messages = resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => {
            let mut arguments = BTreeSet::new();
            if let Some(pattern) = &message.value {
                collect(pattern, &mut arguments);
            }
            Some((message.id.name.to_owned(), arguments))
        }
        _ => None,
    });
    let messages = messages.collect();
    Ok(MessageFile { path, messages })
}

fn collect(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            collect_expression(expression, arguments);
        }
    }
}

fn collect_expression(expression: &Expression<&str>, arguments: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => collect_inline(inline, arguments),
        Expression::Select { selector, variants } => {
            collect_inline(selector, arguments);
            for variant in variants {
                collect(&variant.value, arguments);
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            arguments.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: call, .. }
        | InlineExpression::TermReference { arguments: Some(call), .. } => collect_call(call, arguments),
        InlineExpression::Placeable { expression } => collect_expression(expression, arguments),
        _ => {}
    }
}

fn collect_call(call: &CallArguments<&str>, arguments: &mut BTreeSet<String>) {
    for argument in &call.positional {
        collect_inline(argument, arguments);
    }
}
