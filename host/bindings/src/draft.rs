//! Drafts: what a user fills in before he submits it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lockstep_device::{self as core, At, DeviceError, Handle};
use lockstep_model as model;

use crate::{
    answers::{Asked, both},
    error::{Error, settings as wrong},
    values::{Value, given},
    views::{DraftView, RecordId},
};

/// What a user fills in: a new record, or changes of one that is there. It is in memory alone.
#[derive(uniffi::Object)]
pub struct Draft {
    handle: Handle,
    draft: Arc<Mutex<core::Draft>>,
}

/// An operation that is stored.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Submitted {
    /// Its place among the device's operations.
    pub sequence: u64,
    /// The records that it has written here.
    pub records: Vec<RecordId>,
}

/// With what an action is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct Doing {
    /// The action's arguments by name.
    #[uniffi(default)]
    pub arguments: HashMap<String, Value>,
    /// The user's reasons by the codes of issues.
    #[uniffi(default)]
    pub reasons: HashMap<String, String>,
}

type Arguments = BTreeMap<String, model::Value>;
type Reasons = BTreeMap<String, String>;

impl Doing {
    fn core(self) -> Result<(Arguments, Reasons), Error> {
        let arguments = self.arguments.into_iter().map(|(name, value)| match model::Value::try_from(value) {
            Ok(value) => Ok((name, value)),
            Err(error) => Err(Error::WrongValue { sentence: format!("{name}: {error}"), path: name }),
        });
        Ok((arguments.collect::<Result<_, _>>()?, self.reasons.into_iter().collect()))
    }
}

fn lock(draft: &Mutex<core::Draft>) -> MutexGuard<'_, core::Draft> {
    draft.lock().unwrap_or_else(PoisonError::into_inner)
}

fn at(path: &str) -> Result<At, Error> {
    path.parse().map_err(wrong)
}

#[uniffi::export]
impl Draft {
    /// The record that it is about; a new one has its key already.
    pub fn record(&self) -> RecordId {
        lock(&self.draft).record().clone().into()
    }

    /// The record is not there yet.
    pub fn is_new(&self) -> bool {
        lock(&self.draft).is_new()
    }

    /// The action with which it is saved.
    pub fn action(&self) -> String {
        lock(&self.draft).action().to_owned()
    }
}

impl Draft {
    pub(crate) fn of(handle: Handle, draft: core::Draft) -> Arc<Self> {
        Arc::new(Self { handle, draft: Arc::new(Mutex::new(draft)) })
    }

    #[expect(clippy::unnecessary_wraps, reason = "whatever is asked may fail at once")]
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut core::Device, &mut core::Draft) -> Result<T, DeviceError> + Send + 'static,
    ) -> Asked<T> {
        let draft = self.draft.clone();
        Ok(self.handle.ask(move |device| work(device, &mut lock(&draft)).map_err(Into::into)))
    }

    fn change(
        &self,
        change: impl FnOnce(&mut core::Draft) -> Result<(), DeviceError> + Send + 'static,
    ) -> Asked<DraftView> {
        self.ask(move |device, draft| {
            change(draft)?;
            device.show(draft).map(DraftView::from)
        })
    }

    #[expect(clippy::unnecessary_wraps, reason = "whatever is asked may fail at once")]
    fn do_it(&self, action: String, arguments: Arguments, reasons: Reasons) -> Asked<Submitted> {
        let draft = self.draft.clone();
        Ok(self.handle.ask(move |device| {
            let draft = lock(&draft);
            match device.submit(&draft, &action, &arguments, &reasons) {
                Ok(core::Submitted { sequence, records, .. }) => {
                    Ok(Submitted { sequence, records: records.into_iter().map(Into::into).collect() })
                }
                Err(error @ DeviceError::Refused(_)) => {
                    // In the user's language.
                    let shown = device.show_for(&draft, &action, &arguments, &reasons).ok();
                    let sentence = shown.and_then(|view| view.refusal).unwrap_or_else(|| error.to_string());
                    Err(Error::Refused { sentence })
                }
                Err(error) => Err(error.into()),
            }
        }))
    }
}

both! { Draft:
    /// The draft with what is derived from it.
    fn show | show_blocking() -> DraftView = |this| this.change(|_| Ok(()));

    /// The draft as it would be submitted with this action.
    fn show_for | show_for_blocking(action: String, doing: Doing) -> DraftView = |this| {
        doing.core().and_then(|(arguments, reasons)| this.ask(move |device, draft| {
            device.show_for(draft, &action, &arguments, &reasons).map(DraftView::from)
        }))
    };

    /// Gives a field (`customer`, `lines[ID].quantity`) a value; none clears it. The draft as it is then.
    fn set | set_blocking(path: String, value: Option<Value>) -> DraftView = |this| {
        let fits = |error: model::ValueError| Error::WrongValue { sentence: format!("{path}: {error}"), path: path.clone() };
        at(&path).and_then(|at| Ok((at, given(value).map_err(fits)?))).and_then(|(at, value)| {
            this.change(move |draft| draft.set(&at, value))
        })
    };

    /// Gives a field the value that is written as users enter it; an empty text clears it. The draft as it is then.
    fn set_text | set_text_blocking(path: String, text: String) -> DraftView = |this| {
        at(&path).and_then(|at| this.change(move |draft| draft.set_text(&at, &text)))
    };

    /// Adds a row, and gives its id.
    fn add_row | add_row_blocking(collection: String) -> String = |this| {
        this.ask(move |device, draft| device.add_row(draft, &collection))
    };

    /// Takes a row away. The draft as it is then.
    fn remove_row | remove_row_blocking(collection: String, row: String) -> DraftView = |this| {
        this.change(move |draft| draft.remove_row(&collection, &row))
    };

    /// Does what the draft says: saves it (`create`, `update`), or another action on the record as it is saved. It is
    /// stored, durably, when this ends; the server hears of it later.
    fn submit | submit_blocking(action: String, doing: Doing) -> Submitted = |this| {
        doing.core().and_then(|(arguments, reasons)| this.do_it(action, arguments, reasons))
    };
}
