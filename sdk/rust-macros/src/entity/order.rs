//! The order in which rules run: each after those whose fields it reads.

use super::{
    declaration::Declaration,
    rule::{Kind, Rule, Rules},
};
use crate::mistakes::Mistakes;

/// Sorts the rules: defaults and calculations by what they read, then conditions, validations, those of servers alone,
/// and actions, each as declared. Where rules are free to come next, those of the scope at hand do, so that few passes
/// over the rows are needed; else the one declared first.
pub(crate) fn sort(mut rules: Rules, declaration: &Declaration, mistakes: &mut Mistakes) -> Rules {
    let (mut waiting, mut others): (Vec<_>, Vec<_>) = rules.rules.into_iter().partition(Rule::is_value);
    let mut sorted: Vec<Rule> = Vec::new();
    while !waiting.is_empty() {
        let is_free = |rule: &Rule| !waiting.iter().any(|other| feeds(other, rule));
        let scope = sorted.last().map(|rule| rule.scope);
        let free: Vec<_> = (0..waiting.len()).filter(|position| is_free(&waiting[*position])).collect();
        let next = free.iter().find(|position| Some(waiting[**position].scope) == scope).or(free.first());
        let Some(next) = next else {
            // Without those of the circle the others can be sorted, and another circle be found.
            let mut circle = report_cycle(&waiting, declaration, mistakes);
            circle.sort_unstable();
            sorted.extend(circle.into_iter().rev().map(|position| waiting.remove(position)));
            continue;
        };
        sorted.push(waiting.remove(*next));
    }
    others.sort_by_key(|rule| match rule.kind {
        Kind::Value { .. } | Kind::Rows { .. } => 0,
        Kind::Condition { .. } => 1,
        Kind::Validation { server_only: false, .. } => 2,
        Kind::Validation { server_only: true, .. } => 3,
        Kind::Action => 4,
    });
    sorted.append(&mut others);
    rules.rules = sorted;
    rules
}

/// Whether one rule gives a value to a field that the other reads.
fn feeds(one: &Rule, other: &Rule) -> bool {
    match one.kind {
        Kind::Value { scope, field, .. } => other.reads[scope] >> field & 1 == 1,
        Kind::Rows { collection } => other.reads[collection + 1] != 0,
        _ => false,
    }
}

/// Follows readers backwards until a rule comes again, says so at each rule of the circle, and returns them.
fn report_cycle(waiting: &[Rule], declaration: &Declaration, mistakes: &mut Mistakes) -> Vec<usize> {
    let mut path = vec![0];
    let circle = loop {
        let last = path[path.len() - 1];
        let feeder = (0..waiting.len()).find(|other| feeds(&waiting[*other], &waiting[last]));
        let Some(feeder) = feeder else { break &path[..] };
        if let Some(start) = path.iter().position(|known| *known == feeder) {
            break &path[start..];
        }
        path.push(feeder);
    };
    let name = |position: &usize| {
        let rule = &waiting[*position];
        format!("{}::{}", declaration.scope(rule.scope).ident, rule.ident)
    };
    let mut names: Vec<_> = circle.iter().map(name).collect();
    names.push(names[0].clone());
    let what = match circle {
        [_] => format!("the rule reads what it yields: {}", names.join(" reads ")),
        _ => format!("these rules read each other in a circle: {}", names.join(" reads ")),
    };
    for position in circle {
        mistakes.add(&waiting[*position].ident, &what);
    }
    circle.to_vec()
}
