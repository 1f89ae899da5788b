//! Who uploads: of each subject one package at a time, and of all no more than memory is there for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// Of one subject: one that is under way, and one that waits for it.
const OF_ONE_SUBJECT: usize = 2;

/// Who uploads; cheap to clone.
#[derive(Clone)]
pub(super) struct Uploads {
    subjects: Arc<Mutex<HashMap<String, Subject>>>,
    /// One for each package that is held in memory.
    memory: Arc<Semaphore>,
}

#[derive(Default)]
struct Subject {
    uploads: usize,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// An upload's place among its subject's, for as long as it is there.
struct Place {
    uploads: Uploads,
    subject: String,
}

/// A subject's turn to upload.
pub(super) struct Turn {
    // Given on before the place is given up.
    _turn: OwnedMutexGuard<()>,
    _place: Place,
}

impl Uploads {
    pub(super) fn new(at_a_time: usize) -> Self {
        Self { subjects: Arc::default(), memory: Arc::new(Semaphore::new(at_a_time)) }
    }

    /// Waits for the subject's turn; none where another upload of his waits already.
    pub(super) async fn turn(&self, subject: &str) -> Option<Turn> {
        let (place, turn) = self.place(subject)?;
        Some(Turn { _turn: turn.lock_owned().await, _place: place })
    }

    fn place(&self, subject: &str) -> Option<(Place, Arc<tokio::sync::Mutex<()>>)> {
        let mut subjects = self.subjects();
        let of_subject = subjects.entry(subject.to_owned()).or_default();
        if of_subject.uploads >= OF_ONE_SUBJECT {
            return None;
        }
        of_subject.uploads += 1;
        let place = Place { uploads: self.clone(), subject: subject.to_owned() };
        Some((place, of_subject.turn.clone()))
    }

    /// Memory for one package, until it is kept on disk; none where as many are held as may be.
    pub(super) fn memory(&self) -> Option<OwnedSemaphorePermit> {
        self.memory.clone().try_acquire_owned().ok()
    }

    fn subjects(&self) -> MutexGuard<'_, HashMap<String, Subject>> {
        self.subjects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut subjects = self.uploads.subjects();
        if let Some(of_subject) = subjects.get_mut(&self.subject) {
            of_subject.uploads -= 1;
            if of_subject.uploads == 0 {
                subjects.remove(&self.subject);
            }
        }
    }
}
