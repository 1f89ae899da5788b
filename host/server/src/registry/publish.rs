//! What administrators do with packages: apply, publish, take back.
//!
//! Under a name there is at most one version for all devices and one that is being rolled out to some of them. Each
//! change here is one transaction, makes the revision one higher (but for applying, which no device sees), and is one
//! line in the audit log.

use lockstep_model::Digest;
use semver::Version;

use super::{
    Registry,
    edit::Edit,
    error::RegistryError,
    lineage, needs,
    record::{Change, Filter, Package, Withdrawn, Workspace},
    rows,
    state::{State, Step},
};
use crate::{rollout::Rollout, validation::Reason};

type Result<T, E = RegistryError> = std::result::Result<T, E>;

impl Registry {
    /// Accepts a validated package for this environment. Its prerequisites must be applied here, in a version that fits.
    ///
    /// # Errors
    /// When its state, its key, its prerequisites or what was applied before it do not allow it.
    pub fn apply(&self, digest: &Digest, change: &Change<'_>) -> Result<Package> {
        self.change(change, |edit| {
            let mut package = edit.package(digest)?;
            edit.step(&mut package, Step::Apply)?;
            edit.check_key(&package)?;
            edit.check_lineage(&package)?;
            let is_applied = |state: State| {
                matches!(state, State::Applied | State::Published | State::Superseded | State::Unpublished)
            };
            let missing = needs::missing_here(edit.sql, &package.requires, is_applied)?;
            if !missing.is_empty() {
                let missing = missing.into_iter().map(|(_, said)| format!("{said} (not applied here)")).collect();
                return Err(RegistryError::PrerequisitesMissing { package: package.label(), missing });
            }
            edit.audit(Step::Apply.done(), &digest.to_string(), Some(&package), None)?;
            Ok(package)
        })
    }

    /// Offers a package to devices: to all, in place of what there was, or to those of a rollout, while the others keep
    /// what was for all. A version that was being rolled out is superseded.
    ///
    /// # Errors
    /// When the rollout cannot be, when the package's state, its key or what was applied before it do not allow it, when
    /// its prerequisites are not published, or when another package needs the version in whose place it comes or the
    /// policy does not fit it; these two not when it is forced.
    pub fn publish(&self, digest: &Digest, rollout: &Rollout, force: bool, change: &Change<'_>) -> Result<Package> {
        rollout.check()?;
        self.change(change, |edit| {
            let package = edit.package(digest)?;
            let what = format!("publishing {}", package.label());
            edit.without_harm(&what, force, |edit| edit.publish(package, rollout, "published"))
        })
    }

    /// Takes a package out of use for ever: it is offered to nobody, and devices that have it are told. One that was
    /// offered once can be withdrawn even if it was refused when it was uploaded again.
    ///
    /// # Errors
    /// When its state does not allow it, or another package needs it and it is not forced.
    pub fn withdraw(&self, digest: &Digest, force: bool, change: &Change<'_>) -> Result<Withdrawn> {
        self.change(change, |edit| {
            let mut package = edit.package(digest)?;
            let what = format!("withdrawing {}", package.label());
            let was_offered = rows::offered(edit.sql, digest)?.0.is_some();
            let is_refused = package.state == State::Refused && was_offered;
            let before = edit.published_names()?;
            edit.without_harm(&what, force, |edit| {
                edit.step(&mut package, if is_refused { Step::WithdrawRefused } else { Step::Withdraw })?;
                if let Some(name) = &package.name {
                    edit.take_out(name, digest)?;
                }
                edit.raise()?;
                edit.audit(Step::Withdraw.done(), &digest.to_string(), Some(&package), None)?;
                Ok(Withdrawn { package, emptied: edit.emptied(&before)? })
            })
        })
    }

    /// Offers nothing of this name any more.
    ///
    /// # Errors
    /// When nothing is published, or another package needs it and it is not forced.
    pub fn unpublish(&self, name: &str, force: bool, change: &Change<'_>) -> Result<Workspace> {
        self.change(change, |edit| {
            edit.without_harm(&format!("unpublishing {name}"), force, |edit| {
                let workspace = edit.published(name)?;
                let packages = edit.published_packages(&workspace)?;
                let labels: Vec<_> = packages.iter().map(Package::label).collect();
                for mut package in packages {
                    edit.step(&mut package, Step::Unpublish)?;
                }
                edit.set_published(name, None, None)?;
                edit.raise()?;
                edit.audit("unpublished", name, None, Some(&labels.join(", ")))?;
                edit.workspace(name)
            })
        })
    }

    /// Goes back to an earlier version, for all devices: to the one named, which must have been applied here. Else, while
    /// a version is being rolled out, to the one that was for all before; else to the highest one below the present one
    /// that was for all once and can still be published.
    ///
    /// # Errors
    /// When there is no such version, it cannot be published, or another package needs the present one and it is not
    /// forced.
    pub fn rollback(&self, name: &str, to: Option<&Digest>, force: bool, change: &Change<'_>) -> Result<Workspace> {
        self.change(change, |edit| {
            edit.without_harm(&format!("rolling {name} back"), force, |edit| {
                let workspace = edit.workspace(name)?;
                if let (Some(stable), Some(staged)) = (&workspace.stable, &workspace.staged)
                    && to.is_none_or(|to| *to == stable.digest)
                {
                    let (stable, staged) = (edit.package(&stable.digest)?, edit.package(&staged.digest)?);
                    return edit.keep_stable(&stable, staged, (Step::Supersede, "rolled-back"), true);
                }
                let to = match to {
                    Some(to) => *to,
                    None => edit.former(&edit.published(name)?)?,
                };
                let package = edit.package(&to)?;
                if package.name.as_deref() != Some(name) {
                    return Err(RegistryError::Invalid(format!(
                        "{} is no version of `{name}`: see `lockstep packages`",
                        package.label()
                    )));
                }
                edit.publish(package, &Rollout::all(), "rolled-back")?;
                edit.workspace(name)
            })
        })
    }

    /// Gives a version that is being rolled out to more devices: those that have it keep it.
    ///
    /// # Errors
    /// When no version is being rolled out, or the rollout reaches no more than before.
    pub fn widen(&self, name: &str, by: &Rollout, change: &Change<'_>) -> Result<Workspace> {
        self.change(change, |edit| {
            let workspace = edit.workspace(name)?;
            let (staged, rollout) = staged(&workspace).ok_or_else(|| RegistryError::NoRollout(name.to_owned()))?;
            let wider = rollout.widened(by)?;
            let package = edit.package(staged)?;
            edit.set_published(name, workspace.stable.as_ref().map(|stable| &stable.digest), Some((staged, &wider)))?;
            edit.raise()?;
            edit.note_offered(staged, false)?;
            let detail = format!("from {rollout} to {wider}");
            edit.audit("widened", &staged.to_string(), Some(&package), Some(&detail))?;
            edit.workspace(name)
        })
    }

    /// Stops a rollout: all devices get what was for all before, the staged version is unpublished.
    ///
    /// # Errors
    /// When no version is being rolled out, or another package needs it and it is not forced.
    pub fn halt(&self, name: &str, force: bool, change: &Change<'_>) -> Result<Workspace> {
        self.change(change, |edit| {
            edit.without_harm(&format!("halting {name}"), force, |edit| {
                let workspace = edit.workspace(name)?;
                let (staged, _) = staged(&workspace).ok_or_else(|| RegistryError::NoRollout(name.to_owned()))?;
                let mut package = edit.package(staged)?;
                if let Some(stable) = &workspace.stable {
                    let stable = edit.package(&stable.digest)?;
                    return edit.keep_stable(&stable, package, (Step::Unpublish, "halted"), false);
                }
                edit.step(&mut package, Step::Unpublish)?;
                edit.set_published(name, None, None)?;
                edit.raise()?;
                edit.audit("halted", &staged.to_string(), Some(&package), Some("no version is offered"))?;
                edit.workspace(name)
            })
        })
    }

    /// Ends a rollout: its version is for all devices.
    ///
    /// # Errors
    /// When no version is being rolled out, or another package needs the former one and it is not forced.
    pub fn complete(&self, name: &str, force: bool, change: &Change<'_>) -> Result<Workspace> {
        self.change(change, |edit| {
            edit.without_harm(&format!("completing {name}"), force, |edit| {
                let workspace = edit.workspace(name)?;
                let (staged, _) = staged(&workspace).ok_or_else(|| RegistryError::NoRollout(name.to_owned()))?;
                let former = workspace.stable.as_ref().map(|stable| edit.package(&stable.digest)).transpose()?;
                let detail = former.as_ref().map(|former| format!("in place of {}", former.label()));
                if let Some(mut former) = former {
                    edit.step(&mut former, Step::Supersede)?;
                }
                let package = edit.package(staged)?;
                edit.set_published(name, Some(staged), None)?;
                edit.raise()?;
                edit.note_offered(staged, true)?;
                edit.audit("completed", &staged.to_string(), Some(&package), detail.as_deref())?;
                edit.workspace(name)
            })
        })
    }
}

impl Edit<'_> {
    /// Publishes a package; those in whose place it comes are superseded.
    fn publish(&mut self, mut package: Package, rollout: &Rollout, action: &str) -> Result<Package> {
        let name = package.known_name()?.to_owned();
        self.step(&mut package, Step::Publish)?;
        self.check_key(&package)?;
        self.check_lineage(&package)?;
        let missing = needs::missing_published(self.sql, &package)?;
        if !missing.is_empty() {
            return Err(RegistryError::PrerequisitesMissing { package: package.label(), missing });
        }
        let workspace = self.workspace(&name)?;
        let replaced = if rollout.is_all() { workspace.stable.as_ref() } else { None };
        let replaced: Vec<_> = replaced.into_iter().chain(&workspace.staged).map(|version| version.digest).collect();
        let mut labels = Vec::new();
        for digest in replaced {
            let mut former = self.package(&digest)?;
            self.step(&mut former, Step::Supersede)?;
            labels.push(former.label());
        }
        let (stable, staged) = if rollout.is_all() {
            (Some(&package.digest), None)
        } else {
            (workspace.stable.as_ref().map(|stable| &stable.digest), Some((&package.digest, rollout)))
        };
        self.set_published(&name, stable, staged)?;
        self.raise()?;
        self.note_offered(&package.digest, rollout.is_all())?;
        let whom = if rollout.is_all() { "to all devices".to_owned() } else { format!("to {rollout}") };
        let place = if labels.is_empty() { String::new() } else { format!(", in place of {}", labels.join(" and ")) };
        self.audit(action, &package.digest.to_string(), Some(&package), Some(&(whom + &place)))?;
        Ok(package)
    }

    /// Takes a staged version back, so that the one for all is what all have. The log tells it of the
    /// stable one or of the staged one.
    fn keep_stable(
        &mut self,
        stable: &Package,
        mut staged: Package,
        (step, action): (Step, &str),
        of_stable: bool,
    ) -> Result<Workspace> {
        let name = stable.known_name()?;
        self.step(&mut staged, step)?;
        self.set_published(name, Some(&stable.digest), None)?;
        self.raise()?;
        let (subject, detail) = if of_stable {
            (stable, format!("to all devices, in place of {}", staged.label()))
        } else {
            (&staged, format!("all devices have {}", stable.label()))
        };
        self.audit(action, &subject.digest.to_string(), Some(subject), Some(&detail))?;
        self.workspace(name)
    }

    fn published(&self, name: &str) -> Result<Workspace> {
        let workspace = self.workspace(name)?;
        let is_published = workspace.stable.is_some() || workspace.staged.is_some();
        if is_published { Ok(workspace) } else { Err(RegistryError::NotPublished(name.to_owned())) }
    }

    /// The highest version below the present one that was for all once and can still be published.
    fn former(&self, workspace: &Workspace) -> Result<Digest> {
        let parsed = |version: &str| Version::parse(version).ok();
        let present = workspace.stable.iter().chain(&workspace.staged).filter_map(|version| parsed(&version.version));
        let present = present.min();
        let mut candidates = Vec::new();
        for package in rows::packages(self.sql, &Filter { name: Some(&workspace.name), ..Filter::default() })? {
            let was_stable = rows::offered(self.sql, &package.digest)?.1.is_some();
            let version =
                package.version.as_deref().and_then(parsed).filter(|version| Some(version) < present.as_ref());
            if let Some(version) = version
                && was_stable
                && Step::Publish.from().contains(&package.state)
                && self.check_key(&package).is_ok()
            {
                candidates.push((version, package.digest));
            }
        }
        let highest = candidates.into_iter().max();
        highest.map(|(_, digest)| digest).ok_or_else(|| RegistryError::NothingBefore(workspace.name.clone()))
    }

    /// Checks a package against what came before it.
    fn check_lineage(&self, package: &Package) -> Result<()> {
        let Some(descriptor) = rows::descriptor(self.sql, &package.digest)? else { return Ok(()) };
        let reasons = lineage::breaks(self.sql, package, &descriptor)?;
        if reasons.is_empty() {
            return Ok(());
        }
        let reasons = reasons.into_iter().map(|Reason { message, .. }| message).collect();
        Err(RegistryError::Incompatible { package: package.label(), reasons })
    }
}

/// The version that is being rolled out, and to whom.
fn staged(workspace: &Workspace) -> Option<(&Digest, &Rollout)> {
    Some((&workspace.staged.as_ref()?.digest, workspace.rollout.as_ref()?))
}
