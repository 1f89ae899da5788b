//! Refusals and verdicts in words.

use lockstep_model::{
    Issue, Place, Refusal, Timestamp, Value,
    key::SEPARATOR,
    schema::{Descriptor, FieldType, Table},
    verdict::{Conflict, Moved, NotWritable, Parked},
};

use crate::messages::{Subject, Wording};

impl Wording<'_> {
    /// Why an operation is refused; `subject` is its entity and action.
    pub fn refusal(&self, refusal: &Refusal, subject: &Subject<'_>) -> String {
        let said = |id: &str, name: &str, text: String| self.told(id, name, text);
        match refusal {
            Refusal::DoesNotFit { sentence } => said("refused-does-not-fit", "sentence", sentence.clone()),
            Refusal::Exists => self.text("refused-exists"),
            Refusal::NotFound { .. } => self.text("refused-not-found"),
            Refusal::Deleted => self.text("refused-deleted"),
            Refusal::HasMoved => self.text("refused-has-moved"),
            Refusal::Conflicts(conflicts) => {
                let labels = conflicts.iter().map(|Conflict { path, .. }| self.path(path, subject));
                said("refused-conflicts", "fields", labels.collect::<Vec<_>>().join("; "))
            }
            Refusal::NotWritable { path, why } => {
                let id = match why {
                    NotWritable::Derived => "refused-derived",
                    NotWritable::SetAtCreation => "refused-set-at-creation",
                    NotWritable::ReadOnly => "refused-read-only",
                    NotWritable::Hidden => "refused-hidden",
                    NotWritable::Action => "refused-action",
                };
                said(id, "fields", self.path(path, subject))
            }
            Refusal::Issues(issues) => said("refused-issues", "issues", self.issues(issues, subject)),
            Refusal::OtherRecord { record, issues } => {
                let entity = subject.descriptor.entity(&record.entity).map_or(u16::MAX, |(position, _)| position);
                let subject = of_update(subject.descriptor, entity);
                said("refused-other-record", "issues", self.issues(issues, &subject))
            }
            Refusal::ServerOnly(issues) => said("refused-server-only", "issues", self.issues(issues, subject)),
            Refusal::NotAuthorised { sentence } => said("refused-not-authorised", "sentence", sentence.clone()),
            Refusal::Discarded { .. } => self.text("refused-discarded"),
        }
    }

    /// Why an operation is kept undecided.
    pub fn parked(&self, cause: &Parked) -> String {
        self.text(match cause {
            Parked::Package => "parked-package",
            Parked::Fault { .. } => "parked-fault",
            Parked::Determinism => "parked-determinism",
            Parked::Dependency { .. } => "parked-dependency",
        })
    }

    /// What an operation had read and is another now.
    pub fn moved(&self, moved: &Moved, descriptor: &Descriptor) -> String {
        let told = |id: &str, label: Option<String>, name: &str, key: &str| {
            let label = label.unwrap_or_else(|| name.to_owned());
            self.told(id, "what", format!("{label} {key}").trim().to_owned())
        };
        match moved {
            Moved::Identity => self.text("moved-identity"),
            Moved::Record(id) => {
                let label = descriptor.entity(&id.entity).map(|(_, entity)| self.entity(entity));
                told("moved-record", label, &id.entity, &id.key)
            }
            Moved::Rows(read) => {
                let table = descriptor.table(&read.table).map(|(_, table)| table);
                let key = key_words(table, &read.key);
                told("moved-rows", table.map(|table| self.table(table)), &read.table, &key)
            }
        }
    }

    /// A path such as `lines[3f].quantity` as people read it: the labels of the collection and of the field.
    pub fn path(&self, path: &str, subject: &Subject<'_>) -> String {
        let Some(entity) = subject.entity else { return path.to_owned() };
        let position = |fields: &[lockstep_model::schema::Field], name: &str| {
            fields.iter().position(|field| field.name == name).map(|position| position as u16)
        };
        let Some((name, rest)) = path.split_once('[') else {
            let field = position(&entity.fields, path).and_then(|field| self.field_at(Place::Field(field), subject));
            return field.unwrap_or_else(|| path.to_owned());
        };
        let found = entity.collections.iter().find(|collection| collection.name == name);
        let Some(collection) = found else { return path.to_owned() };
        let field = rest.split_once("].").and_then(|(_, name)| position(&collection.fields, name));
        let field = field.map(|field| &collection.fields[usize::from(field)]);
        let label = self.collection(entity, collection);
        field.map_or_else(|| label.clone(), |field| format!("{label}, {}", self.row_field(entity, collection, field)))
    }

    fn issues(&self, issues: &[Issue], subject: &Subject<'_>) -> String {
        issues.iter().map(|issue| self.issue(issue, subject)).collect::<Vec<_>>().join(" ")
    }

    fn told(&self, id: &str, name: &str, text: String) -> String {
        let value = Value::Text(text.trim_end_matches('.').to_owned());
        let whole = Value::Text(text);
        let value = if name == "issues" { &whole } else { &value };
        self.message(id, None, &[(name, value)]).unwrap_or_else(|| format!("{id}: {value}"))
    }
}

/// A key, or its first fields, with its numbers as people write them.
fn key_words(table: Option<&Table>, key: &str) -> String {
    let fields = table.map(|table| table.key.iter().map(|field| &table.fields[usize::from(*field)].of));
    let mut fields = fields.into_iter().flatten();
    let words = key.split(SEPARATOR).map(|part| {
        let number = || u64::from_str_radix(part, 16).map(|bits| (bits ^ (1 << 63)) as i64);
        match (fields.next(), number()) {
            (Some(FieldType::Integer), Ok(number)) => number.to_string(),
            (Some(FieldType::Timestamp), Ok(number)) => Timestamp(number).to_string(),
            _ => part.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn of_update(descriptor: &Descriptor, entity: u16) -> Subject<'_> {
    let update = descriptor.entities.get(usize::from(entity)).and_then(|entity| entity.action("update"));
    Subject::new(descriptor, entity, update.map_or(0, |(position, _)| position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Messages;
    use lockstep_model::{
        schema::{Collection, Entity, Field, FieldKind, Severity},
        verdict::Side,
    };

    fn descriptor() -> Descriptor {
        let field = |name: &str, label: &str| Field {
            name: name.into(),
            label: label.into(),
            kind: FieldKind::Entered,
            of: FieldType::Integer,
            required: false,
            read_only: false,
            table: None,
        };
        let lines = Collection {
            name: "lines".into(),
            label: "Lines".into(),
            derived: false,
            fields: vec![field("quantity", "Quantity")],
        };
        let entity = Entity {
            name: "order".into(),
            label: "Order".into(),
            fields: vec![field("note", "Note")],
            collections: vec![lines],
            ..Entity::default()
        };
        Descriptor { entities: vec![entity], ..Descriptor::default() }
    }

    #[test]
    fn what_has_moved_is_told_by_its_label_and_key() {
        let (messages, descriptor) = (Messages::default(), descriptor());
        let told = |locale: &str, moved: &Moved| messages.for_locale(locale).moved(moved, &descriptor);
        let id = lockstep_model::RecordId { plugin: "orders".into(), entity: "order".into(), key: "O-1".into() };
        assert_eq!(told("en", &Moved::Record(id)), "Somebody else has changed Order O-1.");
        let read = lockstep_model::RowsRead { table: "price".into(), key: "I-1\u{1f}EUR".into(), limit: None };
        assert_eq!(told("en", &Moved::Rows(read.clone())), "price I-1, EUR has changed.");
        assert_eq!(told("de", &Moved::Rows(read)), "price I-1, EUR hat sich geändert.");
        let number = Field { name: "year".into(), ..descriptor.entities[0].fields[0].clone() };
        let table =
            Table { name: "period".into(), label: String::new(), fields: vec![number], key: vec![0], view: None };
        assert_eq!(key_words(Some(&table), "80000000000007ea"), "2026");
        assert_eq!(key_words(Some(&table), "7fffffffffffffff"), "-1");
    }

    #[test]
    fn refusals_are_told_in_the_readers_language() {
        let (messages, descriptor) = (Messages::default(), descriptor());
        let subject = Subject::new(&descriptor, 0, 0);
        let side = || Side::Field(None);
        let conflict = |path: &str| Conflict { path: path.into(), base: side(), mine: side(), theirs: side() };
        let conflicts =
            Refusal::Conflicts(vec![conflict("note"), conflict("lines[3f].quantity"), conflict("lines[3f]")]);
        let told = |locale: &str, refusal| messages.for_locale(locale).refusal(refusal, &subject);
        assert_eq!(
            told("en", &conflicts),
            "Somebody else has changed the same: \u{2068}Note; Lines, Quantity; Lines\u{2069}."
                .replace(['\u{2068}', '\u{2069}'], "")
        );
        assert_eq!(told("de-AT", &Refusal::Deleted), "Der Datensatz wurde gelöscht.");
        let issue = Issue {
            code: "required".into(),
            severity: Severity::Error,
            place: Place::Field(0),
            arguments: vec![("field".into(), Value::Text("note".into()))],
            offer: None,
            rule: None,
        };
        assert_eq!(told("de", &Refusal::Issues(vec![issue])), "Note fehlt.");
    }

    #[test]
    fn every_cause_has_words_in_both_languages() {
        let (messages, descriptor) = (Messages::default(), descriptor());
        let subject = Subject::new(&descriptor, 0, 0);
        let record = lockstep_model::RecordId { plugin: "p".into(), entity: "order".into(), key: "k".into() };
        let whys = [NotWritable::Derived, NotWritable::SetAtCreation, NotWritable::ReadOnly, NotWritable::Hidden];
        let not_writable = |why| Refusal::NotWritable { path: "note".into(), why };
        let mut refusals: Vec<_> = whys.into_iter().chain([NotWritable::Action]).map(not_writable).collect();
        refusals.extend([
            Refusal::DoesNotFit { sentence: "x".into() },
            Refusal::Exists,
            Refusal::NotFound { record: record.clone() },
            Refusal::Deleted,
            Refusal::HasMoved,
            Refusal::Conflicts(Vec::new()),
            Refusal::Issues(Vec::new()),
            Refusal::OtherRecord { record, issues: Vec::new() },
            Refusal::ServerOnly(Vec::new()),
            Refusal::NotAuthorised { sentence: "x".into() },
            Refusal::Discarded { sequence: 1 },
        ]);
        let causes = [
            Parked::Package,
            Parked::Fault { sentence: "x".into() },
            Parked::Determinism,
            Parked::Dependency { sequence: 1 },
        ];
        let told = |locale: &str| {
            let wording = messages.for_locale(locale);
            let refusals = refusals.iter().map(|refusal| wording.refusal(refusal, &subject));
            refusals.chain(causes.iter().map(|cause| wording.parked(cause))).collect::<Vec<_>>()
        };
        for (english, german) in told("en").into_iter().zip(told("de")) {
            assert!(!english.contains("refused-") && !english.contains("parked-"), "{english}");
            assert!(english.is_empty() && german.is_empty() || english != german, "{english}");
        }
    }
}
