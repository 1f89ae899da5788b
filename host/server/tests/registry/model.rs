//! Random changes, held against a small model of what they should do.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::Digest;
use lockstep_server::{Rollout, State};
use proptest::prelude::*;

use crate::support::{World, made};

const NAMES: [&str; 2] = ["orders", "stock"];
const VERSIONS: [&str; 3] = ["1.0.0", "1.1.0", "1.2.0"];

/// A package: a position in `NAMES` and one in `VERSIONS`.
type Which = (usize, usize);

#[derive(Clone, Debug)]
enum Deed {
    Apply(Which),
    Publish(Which, Rollout),
    Withdraw(Which),
    Unpublish(usize),
    Rollback(usize, Option<usize>),
    Widen(usize, Rollout),
    Halt(usize),
    Complete(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let which = || (0..NAMES.len(), 0..VERSIONS.len());
    let name = || 0..NAMES.len();
    let rollout = || {
        prop_oneof![
            3 => Just(Rollout::all()),
            3 => prop::sample::select(vec![1_u8, 10, 50]).prop_map(Rollout::percent),
            2 => prop::sample::select(vec!["pilot", "store"]).prop_map(|ring| Rollout::rings([ring])),
            1 => Just(Rollout::default()),
        ]
    };
    prop_oneof![
        4 => which().prop_map(Deed::Apply),
        6 => (which(), rollout()).prop_map(|(which, rollout)| Deed::Publish(which, rollout)),
        1 => which().prop_map(Deed::Withdraw),
        1 => name().prop_map(Deed::Unpublish),
        3 => (name(), prop::option::of(0..VERSIONS.len())).prop_map(|(name, to)| Deed::Rollback(name, to)),
        2 => (name(), rollout()).prop_map(|(name, rollout)| Deed::Widen(name, rollout)),
        1 => name().prop_map(Deed::Halt),
        1 => name().prop_map(Deed::Complete),
    ]
}

/// What should be.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    states: BTreeMap<Which, State>,
    stable: BTreeMap<usize, usize>,
    staged: BTreeMap<usize, (usize, Rollout)>,
    was_stable: BTreeMap<Which, bool>,
}

impl Model {
    fn state(&self, which: Which) -> State {
        self.states[&which]
    }

    /// Does it to the model; false where it is refused, and then nothing is done.
    fn do_it(&mut self, deed: &Deed) -> bool {
        let before = self.clone();
        let is_done = self.try_it(deed).is_some();
        if !is_done {
            *self = before;
        }
        is_done
    }

    fn try_it(&mut self, deed: &Deed) -> Option<()> {
        match deed.clone() {
            Deed::Apply(which) => {
                (self.state(which) == State::Validated).then_some(())?;
                self.states.insert(which, State::Applied);
            }
            Deed::Publish(which, rollout) => {
                rollout.check().ok()?;
                self.publish(which, rollout)?;
            }
            Deed::Withdraw((name, version)) => {
                let state = self.state((name, version));
                (state.is_valid() && state != State::Withdrawn).then_some(())?;
                self.states.insert((name, version), State::Withdrawn);
                self.stable.retain(|at, stable| (*at, *stable) != (name, version));
                self.staged.retain(|at, (staged, _)| (*at, *staged) != (name, version));
            }
            Deed::Unpublish(name) => {
                let versions = [self.stable.remove(&name), self.staged.remove(&name).map(|(staged, _)| staged)];
                versions.iter().any(Option::is_some).then_some(())?;
                for version in versions.into_iter().flatten() {
                    self.states.insert((name, version), State::Unpublished);
                }
            }
            Deed::Rollback(name, to) => self.roll_back(name, to)?,
            Deed::Widen(name, by) => {
                let (_, rollout) = self.staged.get_mut(&name)?;
                *rollout = rollout.widened(&by).ok()?;
            }
            Deed::Halt(name) => {
                let (staged, _) = self.staged.remove(&name)?;
                self.states.insert((name, staged), State::Unpublished);
            }
            Deed::Complete(name) => {
                let (staged, _) = self.staged.remove(&name)?;
                if let Some(former) = self.stable.insert(name, staged) {
                    self.states.insert((name, former), State::Superseded);
                }
                self.was_stable.insert((name, staged), true);
            }
        }
        Some(())
    }

    fn publish(&mut self, (name, version): Which, rollout: Rollout) -> Option<()> {
        let can = [State::Applied, State::Superseded, State::Unpublished].contains(&self.state((name, version)));
        can.then_some(())?;
        let mut former = vec![self.staged.remove(&name).map(|(staged, _)| staged)];
        if rollout.is_all() {
            former.push(self.stable.insert(name, version));
            self.was_stable.insert((name, version), true);
        } else {
            self.staged.insert(name, (version, rollout));
        }
        for former in former.into_iter().flatten() {
            self.states.insert((name, former), State::Superseded);
        }
        self.states.insert((name, version), State::Published);
        Some(())
    }

    fn roll_back(&mut self, name: usize, to: Option<usize>) -> Option<()> {
        let (stable, staged) = (self.stable.get(&name).copied(), self.staged.get(&name).map(|(staged, _)| *staged));
        if let (Some(stable), Some(staged)) = (stable, staged)
            && to.is_none_or(|to| to == stable)
        {
            self.staged.remove(&name);
            self.states.insert((name, staged), State::Superseded);
            return Some(());
        }
        let to = to.or_else(|| {
            let present = stable.or(staged)?;
            let could = |version: &usize| {
                self.was_stable.contains_key(&(name, *version))
                    && [State::Superseded, State::Unpublished].contains(&self.state((name, *version)))
            };
            (0..present).rev().find(could)
        })?;
        self.publish((name, to), Rollout::all())
    }
}

fn do_it(world: &World, deed: &Deed, digests: &BTreeMap<Which, Digest>) -> Result<(), String> {
    let (registry, change) = (world.registry(), world.change());
    let said = |error: lockstep_server::RegistryError| error.to_string();
    match deed {
        Deed::Apply(which) => registry.apply(&digests[which], &change).map(|_| ()).map_err(said),
        Deed::Publish(which, rollout) => {
            registry.publish(&digests[which], rollout, false, &change).map(|_| ()).map_err(said)
        }
        Deed::Withdraw(which) => registry.withdraw(&digests[which], false, &change).map(|_| ()).map_err(said),
        Deed::Unpublish(name) => registry.unpublish(NAMES[*name], false, &change).map(|_| ()).map_err(said),
        Deed::Rollback(name, to) => {
            let to = to.map(|to| digests[&(*name, to)]);
            registry.rollback(NAMES[*name], to.as_ref(), false, &change).map(|_| ()).map_err(said)
        }
        Deed::Widen(name, by) => registry.widen(NAMES[*name], by, &change).map(|_| ()).map_err(said),
        Deed::Halt(name) => registry.halt(NAMES[*name], false, &change).map(|_| ()).map_err(said),
        Deed::Complete(name) => registry.complete(NAMES[*name], false, &change).map(|_| ()).map_err(said),
    }
}

fn found(world: &World, digests: &BTreeMap<Which, Digest>, was_stable: &BTreeMap<Which, bool>) -> Model {
    let mut model = Model { was_stable: was_stable.clone(), ..Model::default() };
    for (which, digest) in digests {
        model.states.insert(*which, world.state(digest));
    }
    let position = |version: &str| VERSIONS.iter().position(|known| *known == version).expect("a known version");
    for (at, name) in NAMES.iter().enumerate() {
        let Some(workspace) = world.workspace(name) else { continue };
        model.stable.extend(workspace.stable.map(|stable| (at, position(&stable.version))));
        let staged = workspace.staged.zip(workspace.rollout);
        model.staged.extend(staged.map(|(staged, rollout)| (at, (position(&staged.version), rollout))));
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_do_what_the_model_does(deeds in proptest::collection::vec(deed(), 1..40), reopened_after in 0_usize..40) {
        let mut world = World::new();
        let mut digests = BTreeMap::new();
        for (name, called) in NAMES.iter().enumerate() {
            for (version, numbered) in VERSIONS.iter().enumerate() {
                digests.insert((name, version), world.validated(&made(called, numbered)));
            }
        }
        let states = digests.keys().map(|which| (*which, State::Validated)).collect();
        let mut model = Model { states, ..Model::default() };
        for (number, deed) in deeds.iter().enumerate() {
            let (revision, audited) = (world.registry().revision(), world.audited());
            let done = do_it(&world, deed, &digests);
            let is_expected = model.do_it(deed);
            prop_assert_eq!(done.is_ok(), is_expected, "{:?}: {:?}", deed, done);
            if number == reopened_after {
                world.reopen();
            }
            prop_assert_eq!(&found(&world, &digests, &model.was_stable), &model, "{:?}", deed);
            let is_seen = is_expected && !matches!(deed, Deed::Apply(_));
            prop_assert_eq!(world.registry().revision(), revision + u64::from(is_seen), "{:?}", deed);
            prop_assert_eq!(world.audited(), audited + usize::from(is_expected), "{:?}", deed);
            let offered = world.offered("device-1");
            prop_assert_eq!(offered.len(), NAMES.iter().enumerate().filter(|(at, name)| {
                let staged = model.staged.get(at);
                model.stable.contains_key(at)
                    || staged.is_some_and(|(_, rollout)| rollout.reaches(name, "device-1", &BTreeSet::default()))
            }).count());
        }
    }
}
