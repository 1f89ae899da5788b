//! Whether issues block an action.

use crate::{
    outcome::{Issue, Outcome},
    schema::{Entity, RuleKind, Severity},
};

impl Outcome {
    /// The issues that block an action: errors, and justifications for which there is no text. An issue of a
    /// validation blocks only the actions that the validation guards.
    pub fn blocking<'a>(
        &'a self,
        entity: &'a Entity,
        action: u16,
        is_justified: impl Fn(&Issue) -> bool + 'a,
    ) -> impl Iterator<Item = &'a Issue> {
        self.issues.iter().filter(move |issue| {
            let is_grave = match issue.severity {
                Severity::Error => true,
                Severity::Justification => !is_justified(issue),
                Severity::Warning | Severity::Information => false,
            };
            is_grave && guards(entity, issue, action)
        })
    }

    /// Whether any issue blocks an action.
    pub fn blocks(&self, entity: &Entity, action: u16, is_justified: impl Fn(&Issue) -> bool) -> bool {
        self.blocking(entity, action, is_justified).next().is_some()
    }
}

/// Issues that no validation raised guard every action.
fn guards(entity: &Entity, issue: &Issue, action: u16) -> bool {
    let rule = issue.rule.and_then(|rule| entity.rules.get(usize::from(rule)));
    let validation = rule.filter(|rule| matches!(rule.kind, RuleKind::Validation | RuleKind::ServerOnly));
    validation.is_none_or(|rule| rule.guards.contains(&action))
}
