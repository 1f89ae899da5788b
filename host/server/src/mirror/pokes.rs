//! Telling those who wait that there is something to pull.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::store::{Follower, Moved};

#[derive(Clone, Default)]
pub(super) struct Pokes(Arc<Mutex<Waiting>>);

/// Who waits for what.
#[derive(Default)]
struct Waiting {
    last: u64,
    topics: HashMap<Topic, BTreeMap<u64, Arc<Notify>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Topic {
    /// Every company.
    All,
    Company(String),
    Device(String),
}

/// Somebody who waits; no longer when it is dropped.
pub struct Subscription {
    pokes: Pokes,
    number: u64,
    topics: Vec<Topic>,
    notify: Arc<Notify>,
}

impl Pokes {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn subscribe(&self, device: &str, companies: Option<&BTreeSet<String>>) -> Subscription {
        let companies = match companies {
            None => vec![Topic::All],
            Some(companies) => {
                let shared = Topic::Company(String::new());
                companies.iter().map(|company| Topic::Company(company.clone())).chain([shared]).collect()
            }
        };
        let topics: Vec<_> = companies.into_iter().chain([Topic::Device(device.to_owned())]).collect();
        let notify = Arc::new(Notify::new());
        let mut waiting = self.waiting();
        waiting.last += 1;
        let number = waiting.last;
        for topic in &topics {
            waiting.topics.entry(topic.clone()).or_default().insert(number, Arc::clone(&notify));
        }
        Subscription { pokes: self.clone(), number, topics, notify }
    }

    /// Something has changed in these companies, and for these devices.
    pub(super) fn poke<'d>(&self, companies: &BTreeSet<String>, devices: impl IntoIterator<Item = &'d str>) {
        let all = (!companies.is_empty()).then_some(Topic::All);
        let companies = companies.iter().map(|company| Topic::Company(company.clone()));
        let devices = devices.into_iter().map(|device| Topic::Device(device.to_owned()));
        let waiting = self.waiting();
        for topic in all.into_iter().chain(companies).chain(devices) {
            waiting.topics.get(&topic).into_iter().flat_map(BTreeMap::values).for_each(|notify| notify.notify_one());
        }
    }
}

/// What others have changed concerns those who wait here, as what is changed here does.
impl Follower for Pokes {
    fn devices(&self) -> Vec<String> {
        let waiting = self.waiting();
        let devices = waiting.topics.keys().filter_map(|topic| match topic {
            Topic::Device(device) => Some(device.clone()),
            Topic::All | Topic::Company(_) => None,
        });
        devices.collect()
    }

    fn moved(&self, moved: &Moved) {
        if moved.is_all {
            self.waiting().topics.values().flat_map(BTreeMap::values).for_each(|notify| notify.notify_one());
        } else {
            self.poke(&moved.scopes, moved.devices.iter().map(String::as_str));
        }
    }
}

impl Subscription {
    /// Comes back when something has changed since it came back last, or since the subscription; once for many changes.
    pub async fn changed(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut waiting = self.pokes.waiting();
        for topic in &self.topics {
            if let Some(subscribed) = waiting.topics.get_mut(topic) {
                subscribed.remove(&self.number);
                if subscribed.is_empty() {
                    waiting.topics.remove(topic);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::Future, pin::pin, task::Context};

    fn is_poked(subscription: &Subscription) -> bool {
        let mut context = Context::from_waker(std::task::Waker::noop());
        pin!(subscription.changed()).poll(&mut context).is_ready()
    }

    #[test]
    fn those_whose_scopes_moved_are_told_and_once() {
        let pokes = Pokes::default();
        let one = pokes.subscribe("d1", Some(&["c1".to_owned()].into()));
        let all = pokes.subscribe("d2", None);
        assert!(!is_poked(&one) && !is_poked(&all));
        let moved = |company: &str| BTreeSet::from([company.to_owned()]);
        pokes.poke(&moved("c1"), []);
        pokes.poke(&moved("c1"), []);
        assert!(is_poked(&one) && !is_poked(&one) && is_poked(&all));
        pokes.poke(&moved("c2"), []);
        assert!(!is_poked(&one) && is_poked(&all));
        pokes.poke(&moved(""), []);
        assert!(is_poked(&one) && is_poked(&all));
        pokes.poke(&BTreeSet::new(), ["d2"]);
        assert!(!is_poked(&one) && is_poked(&all));
        drop((one, all));
        assert!(pokes.waiting().topics.is_empty());
    }
}
