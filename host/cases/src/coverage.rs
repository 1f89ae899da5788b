//! What cases reach: the rules that said something in one of them, and the issues that one of them raised.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use lockstep_model::{
    Concluded, Request,
    schema::{Descriptor, Entity, IssueKind, Rule, RuleKind},
};

/// Counts over many cases.
#[derive(Clone, Debug)]
pub struct Coverage<'a> {
    descriptor: &'a Descriptor,
    /// By entity and rule.
    rules: BTreeMap<(u16, u16), Counts>,
    /// By code.
    issues: BTreeMap<String, usize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    ran: usize,
    yielded: usize,
}

/// What cases reach of one rule.
#[derive(Clone, Debug)]
pub struct RuleCoverage<'a> {
    /// The rule's entity.
    pub entity: &'a Entity,
    /// The rule.
    pub rule: &'a Rule,
    /// Its name, with its collection's before it: `lines.net-amount`.
    pub name: String,
    /// In how many cases it ran.
    pub ran: usize,
    /// In how many it yielded: a default or a calculation a value, a validation an issue; a condition held; an action
    /// did not refuse.
    pub yielded: usize,
}

/// What cases reach of one kind of issue.
#[derive(Clone, Debug)]
pub struct IssueCoverage<'a> {
    /// The kind.
    pub kind: &'a IssueKind,
    /// In how many cases it was raised.
    pub raised: usize,
}

impl<'a> Coverage<'a> {
    /// No case yet.
    pub fn new(descriptor: &'a Descriptor) -> Self {
        Self { descriptor, rules: BTreeMap::new(), issues: BTreeMap::new() }
    }

    /// Adds a case: an explained evaluation.
    pub fn add(&mut self, request: &Request, explained: &Concluded) {
        let rules = self.descriptor.entities.get(usize::from(request.entity)).map_or(&[][..], |entity| &entity.rules);
        // An action that refuses has said something, and yet done nothing.
        let has_refused = |rule: u16| {
            let is_action = rules.get(usize::from(rule)).is_some_and(|known| known.kind == RuleKind::Action);
            is_action && explained.outcome.issues.iter().any(|issue| issue.rule == Some(rule))
        };
        let mut ran = BTreeMap::new();
        for step in &explained.steps {
            *ran.entry(step.rule).or_insert(false) |= step.yielded && !has_refused(step.rule);
        }
        for (rule, yielded) in ran {
            let counts = self.rules.entry((request.entity, rule)).or_default();
            counts.ran += 1;
            counts.yielded += usize::from(yielded);
        }
        let codes: BTreeSet<_> = explained.outcome.issues.iter().map(|issue| &issue.code).collect();
        for code in codes {
            *self.issues.entry(code.clone()).or_default() += 1;
        }
    }

    /// All rules, entity by entity, in the order in which they run.
    pub fn rules(&self) -> impl Iterator<Item = RuleCoverage<'a>> {
        let entities = (0..).zip(&self.descriptor.entities);
        entities.flat_map(move |(position, entity)| {
            (0..).zip(&entity.rules).map(move |(number, rule)| {
                let Counts { ran, yielded } = self.rules.get(&(position, number)).copied().unwrap_or_default();
                RuleCoverage { entity, rule, name: entity.rule_name(number), ran, yielded }
            })
        })
    }

    /// All kinds of issue that the plugin has.
    pub fn issues(&self) -> impl Iterator<Item = IssueCoverage<'a>> {
        let raised = |kind: &IssueKind| self.issues.get(&kind.code).copied().unwrap_or_default();
        self.descriptor.issues.iter().map(move |kind| IssueCoverage { kind, raised: raised(kind) })
    }

    /// The rules that yielded in no case.
    pub fn rules_not_reached(&self) -> impl Iterator<Item = RuleCoverage<'a>> {
        self.rules().filter(|rule| rule.yielded == 0)
    }

    /// The codes of issues that no case raises.
    pub fn issues_not_raised(&self) -> impl Iterator<Item = &'a str> {
        self.issues().filter(|issue| issue.raised == 0).map(|issue| &*issue.kind.code)
    }

    /// Whether nothing is left to reach.
    pub fn is_complete(&self) -> bool {
        self.rules_not_reached().next().is_none() && self.issues_not_raised().next().is_none()
    }
}

/// With what the rule does before its name: `validation lines.at-least-minimum`.
impl fmt::Display for RuleCoverage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.rule.kind.name(), self.name)
    }
}
