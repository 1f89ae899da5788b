//! What an operation does to records: its own, and those that its action patches.

use std::collections::BTreeMap;

use lockstep_model::{
    Concluded, Digest, Evaluate, Layout, Outcome, Part, Patch, Record, RecordId, RecordSet, Refusal, schema::Entity,
};

use super::run::{Run, Stop, Subject, document_of};
use crate::{document, patch, snapshot::Base, touched::Touched};

impl<E: Evaluate> Run<'_, E> {
    /// What the records are afterwards.
    pub(super) fn effects(
        &mut self,
        subject: &Subject<'_>,
        record: &Record,
        outcome: &Outcome,
    ) -> Result<BTreeMap<RecordId, Option<Record>>, Stop<E::Error>> {
        let id = &self.operation.record;
        let entity = subject.entity;
        let mut writes = BTreeMap::new();
        let is_own = |patch: &&Patch| patch.entity == subject.position && (patch.key.is_empty() || patch.key == id.key);
        if self.operation.action == "delete" {
            writes.insert(id.clone(), None);
        } else {
            let mut after = document::to_record(entity, &subject.document, &outcome.derived, record);
            let mut touched = Touched::default();
            for patch in outcome.patches.iter().filter(is_own) {
                self.apply(entity, &mut after, patch, &mut touched);
            }
            if !touched.is_empty() {
                after = self.settled(subject, id, &after, touched)?;
            }
            writes.insert(id.clone(), Some(after));
        }
        for patch in outcome.patches.iter().filter(|patch| !is_own(patch)) {
            self.patch_other(patch, &mut writes)?;
        }
        Ok(writes)
    }

    fn apply(&mut self, entity: &Entity, record: &mut Record, patch: &Patch, touched: &mut Touched) {
        let (id, count) = (&self.operation.id, &mut self.new_rows);
        let mut new_id = || {
            *count += 1;
            let digest = Digest::of(format!("{}\u{1f}{}\u{1f}{count}", id.device, id.sequence).as_bytes());
            digest.to_string()[..32].to_owned()
        };
        patch::apply(entity, record, patch, &mut new_id, touched);
    }

    /// The record whose values agree with what its own action has set. Its issues are nobody's concern: the action's
    /// own were heard.
    fn settled(
        &mut self,
        subject: &Subject<'_>,
        id: &RecordId,
        record: &Record,
        mut touched: Touched,
    ) -> Result<Record, Stop<E::Error>> {
        let entity = subject.entity;
        touched.spread(entity, record);
        let document = document_of(entity, &id.key, record, &touched)?;
        let (action, arguments) = update(entity).unwrap_or((subject.action, subject.arguments.clone()));
        let subject = Subject { entity, position: subject.position, document, action, arguments };
        let Concluded { outcome, .. } = self.evaluate(&subject, self.context, Part::Mirrored)?;
        Ok(document::to_record(entity, &subject.document, &outcome.derived, record))
    }

    /// Another record is evaluated as if it were updated: an error in it refuses the operation. That its status allows
    /// no update does not: the action that reaches it is another's.
    fn patch_other(
        &mut self,
        patch: &Patch,
        writes: &mut BTreeMap<RecordId, Option<Record>>,
    ) -> Result<(), Stop<E::Error>> {
        let descriptor = self.executor.descriptor;
        let entity = &descriptor.entities[usize::from(patch.entity)];
        let id = RecordId {
            plugin: self.operation.record.plugin.clone(),
            entity: entity.name.clone(),
            key: patch.key.clone(),
        };
        let mut record = match writes.get(&id) {
            Some(Some(record)) => record.clone(),
            Some(None) => return Err(Refusal::Deleted.into()),
            None => match self.read(&id)? {
                Base::There(record) => record,
                Base::Absent | Base::Deleted => return Err(Refusal::NotFound { record: id }.into()),
            },
        };
        let mut touched = Touched::default();
        self.apply(entity, &mut record, patch, &mut touched);
        touched.spread(entity, &record);
        let document = document_of(entity, &id.key, &record, &touched)?;
        let Some((action, arguments)) = update(entity) else {
            writes.insert(id, Some(record));
            return Ok(());
        };
        let subject = Subject { entity, position: patch.entity, document, action, arguments };
        let Concluded { outcome, .. } = self.evaluate(&subject, self.context, Part::Mirrored)?;
        let mut issues = self.blocking(entity, action, &outcome);
        issues.retain(|issue| issue.code != "action-not-allowed");
        if !issues.is_empty() {
            return Err(Refusal::OtherRecord { record: id, issues }.into());
        }
        writes.insert(id, Some(document::to_record(entity, &subject.document, &outcome.derived, &record)));
        Ok(())
    }
}

/// The entity's `update`, without arguments.
fn update(entity: &Entity) -> Option<(u16, RecordSet)> {
    let (position, action) = entity.action("update")?;
    Some((position, RecordSet::absent(&Layout::all(&action.arguments), 1)))
}
