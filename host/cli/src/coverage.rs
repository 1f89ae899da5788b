//! Which rules the cases reach.

use std::collections::BTreeSet;

use lockstep_model::{
    Concluded, Request,
    schema::{Descriptor, RuleKind},
};

use crate::render::schema::{rule_kind, rule_name};

/// Which rules ran, and which of them said something.
pub(crate) struct Coverage<'a> {
    descriptor: &'a Descriptor,
    ran: BTreeSet<(u16, u16)>,
    yielded: BTreeSet<(u16, u16)>,
}

impl<'a> Coverage<'a> {
    /// No rule yet.
    pub(crate) fn new(descriptor: &'a Descriptor) -> Self {
        Self { descriptor, ran: BTreeSet::new(), yielded: BTreeSet::new() }
    }

    /// Adds an explained evaluation.
    pub(crate) fn add(&mut self, request: &Request, explained: &Concluded) {
        for step in &explained.steps {
            self.ran.insert((request.entity, step.rule));
            if step.yielded {
                self.yielded.insert((request.entity, step.rule));
            }
        }
    }

    /// Rules that no case runs.
    pub(crate) fn not_reached(&self) -> Vec<String> {
        self.names(|id, _| !self.ran.contains(&id))
    }

    /// Validations that run and find nothing in any case.
    pub(crate) fn silent(&self) -> Vec<String> {
        self.names(|id, kind| {
            let is_validation = matches!(kind, RuleKind::Validation | RuleKind::ServerOnly);
            is_validation && self.ran.contains(&id) && !self.yielded.contains(&id)
        })
    }

    fn names(&self, is_wanted: impl Fn((u16, u16), RuleKind) -> bool) -> Vec<String> {
        let entities = self.descriptor.entities.iter().enumerate();
        let rules = entities.flat_map(|(at, entity)| {
            entity
                .rules
                .iter()
                .enumerate()
                .map(move |(rule, definition)| ((at as u16, rule as u16), entity, definition))
        });
        rules
            .filter(|(id, _, rule)| is_wanted(*id, rule.kind))
            .map(|(_, entity, rule)| {
                format!("{} {}", rule_kind(rule.kind), rule_name(entity, rule.collection, &rule.name))
            })
            .collect()
    }
}
