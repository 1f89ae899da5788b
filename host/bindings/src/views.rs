//! What is shown, as other languages have it.

use lockstep_device as core;
use lockstep_model as model;

use crate::values::{FieldType, Value, side};

/// Makes a record of one of the device core's, field by field.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident from $of:ty { $($(#[$field_doc:meta])* $field:ident: $ty:ty = $make:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
        }

        impl From<$of> for $name {
            fn from(from: $of) -> Self {
                $(let $field = { let make: fn(&$of) -> $ty = $make; make(&from) };)*
                Self { $($field,)* }
            }
        }
    };
}

pub(crate) fn all<T: Clone, U: From<T>>(from: &[T]) -> Vec<U> {
    from.iter().cloned().map(Into::into).collect()
}

record! {
    /// A workspace on the dashboard.
    Tile from core::Tile {
        /// Its name.
        name: String = |from| from.name.clone(),
        /// In the user's language.
        title: String = |from| from.title.clone(),
        /// A name of the Fluent UI icon set in kebab-case.
        icon: String = |from| from.icon.clone(),
        /// As `#rrggbb`.
        color: String = |from| from.color.clone(),
        /// Why it cannot be used.
        trouble: Option<String> = |from| from.trouble.clone(),
    }
}

record! {
    /// A workspace's pages.
    WorkspaceView from core::WorkspaceView {
        /// Its name.
        name: String = |from| from.name.clone(),
        /// The package's version.
        version: String = |from| from.version.clone(),
        /// In the user's language.
        title: String = |from| from.title.clone(),
        /// Those that the user has.
        pages: Vec<PageTile> = |from| all(&from.pages),
    }
}

record! {
    /// A page in a workspace.
    PageTile from core::PageTile {
        /// Its name.
        name: String = |from| from.name.clone(),
        /// In the user's language.
        title: String = |from| from.title.clone(),
        /// The entity whose records it shows.
        entity: String = |from| from.entity.clone(),
        /// It shows many records; otherwise one.
        is_list: bool = |from| from.is_list,
    }
}

record! {
    /// An action that a page offers.
    ActionTile from core::ActionTile {
        /// Its name.
        name: String = |from| from.name.clone(),
        /// In the user's language.
        label: String = |from| from.label.clone(),
        /// What the user is asked before.
        confirm: Option<String> = |from| from.confirm.clone(),
        /// What is asked for, in order.
        form: Vec<String> = |from| from.form.clone(),
    }
}

record! {
    /// A column of a list.
    ColumnHead from core::ColumnHead {
        /// The field's name.
        name: String = |from| from.name.clone(),
        /// In the user's language.
        label: String = |from| from.label.clone(),
    }
}

record! {
    /// A record in a list.
    PageRow from core::PageRow {
        /// The record's key.
        key: String = |from| from.key.clone(),
        /// Its values, column by column.
        values: Vec<Option<Value>> = |from| from.values.iter().map(|value| value.clone().map(Into::into)).collect(),
        /// The same in the user's language.
        texts: Vec<String> = |from| from.texts.clone(),
        /// Operations that the server has not accepted yet have made it what it is.
        is_pending: bool = |from| from.is_pending,
    }
}

record! {
    /// A part of a list.
    PageView from core::PageView {
        /// In the user's language.
        title: String = |from| from.title.clone(),
        /// The entity whose records it shows.
        entity: String = |from| from.entity.clone(),
        /// What it shows of each.
        columns: Vec<ColumnHead> = |from| all(&from.columns),
        /// The records that were asked for.
        rows: Vec<PageRow> = |from| all(&from.rows),
        /// How many there are in all.
        total: u64 = |from| from.total as u64,
        /// What can be done.
        actions: Vec<ActionTile> = |from| all(&from.actions),
        /// The page that a row opens.
        opens: Option<String> = |from| from.opens.clone(),
    }
}

record! {
    /// A field of a draft.
    FieldView from core::FieldView {
        /// Where it is: `customer`, `lines[ID].quantity`.
        path: String = |from| from.at.to_string(),
        /// In the user's language.
        label: String = |from| from.label.clone(),
        /// What it holds.
        holds: FieldType = |from| from.of.clone().into(),
        /// Its value, entered or derived.
        value: Option<Value> = |from| from.value.clone().map(Into::into),
        /// The same in the user's language.
        text: String = |from| from.text.clone(),
        /// It is not to be shown.
        is_hidden: bool = |from| from.is_hidden,
        /// It cannot be entered now.
        is_read_only: bool = |from| from.is_read_only,
        /// It has to be entered.
        is_required: bool = |from| from.is_required,
        /// The table whose key it holds.
        table: Option<String> = |from| from.table.clone(),
    }
}

record! {
    /// A row of a draft.
    RowView from core::RowView {
        /// Its id.
        id: String = |from| from.id.clone(),
        /// Its fields, in their order.
        fields: Vec<FieldView> = |from| all(&from.fields),
    }
}

record! {
    /// A collection of rows of a draft.
    CollectionView from core::CollectionView {
        /// Its name.
        name: String = |from| from.name.clone(),
        /// In the user's language.
        label: String = |from| from.label.clone(),
        /// Rules give it its rows.
        is_derived: bool = |from| from.is_derived,
        /// Its rows.
        rows: Vec<RowView> = |from| all(&from.rows),
    }
}

/// How grave an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Severity {
    /// The action is refused.
    Error,
    /// The action goes on, flagged.
    Warning,
    /// Said, and no more.
    Information,
    /// An error until the user gives a reason for it.
    Justification,
}

impl From<model::schema::Severity> for Severity {
    fn from(severity: model::schema::Severity) -> Self {
        match severity {
            model::schema::Severity::Error => Self::Error,
            model::schema::Severity::Warning => Self::Warning,
            model::schema::Severity::Information => Self::Information,
            model::schema::Severity::Justification => Self::Justification,
        }
    }
}

record! {
    /// What a rule says of a draft.
    IssueView from core::IssueView {
        /// Its code, under which a reason is given.
        code: String = |from| from.code.clone(),
        /// How grave it is.
        severity: Severity = |from| from.severity.into(),
        /// In the user's language.
        text: String = |from| from.text.clone(),
        /// The field that it speaks of, if it speaks of one.
        path: Option<String> = |from| from.at.as_ref().map(ToString::to_string),
        /// Where it is, in the user's language.
        place: String = |from| from.place.clone(),
        /// A value for the field that would resolve it.
        offer: Option<Value> = |from| from.offer.clone().map(Into::into),
        /// The action is refused because of it.
        is_blocking: bool = |from| from.is_blocking,
    }
}

record! {
    /// An action of a record.
    ActionView from core::ActionView {
        /// Its name.
        name: String = |from| from.name.clone(),
        /// In the user's language.
        label: String = |from| from.label.clone(),
        /// The record's status allows it.
        is_allowed: bool = |from| from.is_allowed,
    }
}

record! {
    /// A draft as it is shown.
    DraftView from core::DraftView {
        /// The header's fields, in their order.
        fields: Vec<FieldView> = |from| all(&from.fields),
        /// The collections of rows.
        collections: Vec<CollectionView> = |from| all(&from.collections),
        /// What rules say of it.
        issues: Vec<IssueView> = |from| all(&from.issues),
        /// The entity's actions.
        actions: Vec<ActionView> = |from| all(&from.actions),
        /// Why it would be refused as it stands, in the user's language; none: it would be done.
        refusal: Option<String> = |from| from.refusal.clone(),
    }
}

record! {
    /// What the user has changed of a rejected operation's record.
    Difference from core::Difference {
        /// `customer`, `lines[ID].quantity`, `lines[ID]`.
        path: String = |from| from.path.clone(),
        /// In the user's language.
        label: String = |from| from.label.clone(),
        /// What it was; none: nothing.
        base: Option<String> = |from| side(&from.base),
        /// What the user made of it.
        mine: Option<String> = |from| side(&from.mine),
        /// What it is now.
        theirs: Option<String> = |from| side(&from.theirs),
        /// The operation was rejected because of it.
        is_conflict: bool = |from| from.is_conflict,
    }
}

record! {
    /// A record's name.
    RecordId from model::RecordId {
        /// The workspace to which it belongs.
        workspace: String = |from| from.plugin.clone(),
        /// Its entity.
        entity: String = |from| from.entity.clone(),
        /// Its key.
        key: String = |from| from.key.clone(),
    }
}

record! {
    /// A rejected operation that the user has yet to see to.
    InboxItem from core::InboxItem {
        /// The operation's sequence.
        sequence: u64 = |from| from.operation.id.sequence,
        /// The record that it is about.
        record: RecordId = |from| from.operation.record.clone().into(),
        /// Its action.
        action: String = |from| from.operation.action.clone(),
        /// When it was made, in ms since 1970-01-01, UTC.
        made_at_ms: i64 = |from| from.made_at.0,
        /// Why it is rejected, in the user's language.
        cause: String = |from| from.cause.clone(),
        /// What the user entered: what it was, what he made of it, and what it is now.
        differences: Vec<Difference> = |from| all(&from.differences),
    }
}

record! {
    /// How the device stands with its server.
    Status from core::SyncStatus {
        /// All that was made here is sent and decided, and all that the server had then is here.
        is_in_sync: bool = core::SyncStatus::is_in_sync,
        /// When all was last sent and fetched, in ms since 1970-01-01, UTC; none: never.
        in_sync_at_ms: Option<i64> = |from| from.in_sync_at.map(|at| at.0),
        /// Messages that the server is not known to have.
        waiting: u64 = |from| from.waiting,
        /// Operations that the server has and has not decided.
        undecided: u64 = |from| from.undecided,
        /// Operations that the server keeps until something else is decided.
        parked: u64 = |from| from.parked,
        /// Operations that would be refused on what the device knows now.
        doubtful: u64 = |from| from.doubtful,
        /// Rejected operations that the user has yet to see to.
        inbox: u64 = |from| from.inbox,
        /// A part of the server's changes is here, and waits for the rest.
        is_fetching: bool = |from| from.is_fetching,
        /// There is a token that the server has not refused.
        is_signed_in: bool = |from| from.is_signed_in,
        /// Why synchronising last stopped; none: it went well.
        trouble: Option<String> = |from| from.trouble.clone(),
        /// Bytes of the file in use.
        used_bytes: u64 = |from| from.used_bytes,
        /// Bytes that it may use.
        quota_bytes: u64 = |from| from.quota_bytes,
    }
}
