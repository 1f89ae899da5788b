//! Who answers for a cost object: nobody else sees its figures or says anything of them.

use lockstep_sdk::prelude::*;

use crate::{
    issues::StatementIssue,
    tables::{CostObject, Responsibility},
};

/// Whether the context's user answers for it, as far as is known here.
pub(crate) fn is_own(cx: &Context, cost_object: &CostObject) -> bool {
    cost_object.manager == cx.user
}

/// Somebody else's is refused.
pub(crate) fn check(cx: &Context, cost_object: &CostObject) -> Result<(), StatementIssue> {
    if is_own(cx, cost_object) { Ok(()) } else { Err(not_own(cost_object, &cost_object.manager)) }
}

/// The same by who answers for it at this moment; where the server has nothing newer, there is nothing to add.
pub(crate) fn check_now(cx: &Context, cost_object: &CostObject) -> Result<(), StatementIssue> {
    let now = cx.lookup::<Responsibility>(&cost_object.code);
    let other = now.filter(|now| now.manager != cx.user);
    other.map_or(Ok(()), |now| Err(not_own(cost_object, &now.manager)))
}

fn not_own(cost_object: &CostObject, manager: &Text) -> StatementIssue {
    let CostObject { code, name, .. } = cost_object;
    StatementIssue::NotOwnCostObject { cost_object: code.clone(), name: name.clone(), manager: manager.clone() }
}
