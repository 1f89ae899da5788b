//! A server at its address on this machine, for as long as the process lasts.

use std::{thread, time::Duration};

use lockstep_server::{
    App, Change, Environment, Intake, Listener, Mirror, Policy, RegistryError, Service,
    auth::{Authenticator, DevelopmentIssuer, Grant},
    limits::{ListenerLimits, ServiceLimits},
    validation::Done,
};
use tokio::runtime::Runtime;

use crate::{
    crew::{Member, ROLES},
    site::{NOW, Site, clock},
};

/// Nothing is uploaded while something is measured.
struct NoIntake;

impl Intake for NoIntake {
    fn upload(&self, _file: &[u8], _change: &Change<'_>, _done: Done) -> Result<(), RegistryError> {
        Err(RegistryError::Busy { waiting: 0 })
    }

    fn running(&self) -> usize {
        0
    }

    fn waiting(&self) -> usize {
        0
    }

    fn close(&self) {}
}

/// A server that listens.
pub struct Served {
    /// Its address, `http://…`.
    pub address: String,
    issuer: DevelopmentIssuer,
}

impl Served {
    /// Serves an environment, and a mirror if there is one.
    ///
    /// # Errors
    /// When no address or no thread is to be had.
    pub fn new(
        environment: &Environment,
        state: &cap_std::fs::Dir,
        mirror: Option<Mirror>,
        limits: ServiceLimits,
        listening: ListenerLimits,
    ) -> anyhow::Result<Self> {
        let issuer = DevelopmentIssuer::open(state)?;
        let service = Service {
            environment: environment.clone(),
            intake: Box::new(NoIntake),
            authenticator: Authenticator::new(vec![issuer.issuer()], Duration::ZERO, clock()),
            policy: Policy::default(),
            limits,
            clock: clock(),
        };
        let app = match mirror {
            Some(mirror) => App::mirroring(service, mirror),
            None => App::new(service),
        };
        let listener = Listener::bind(([127, 0, 0, 1], 0).into())?;
        let (address, runtime) = (format!("http://{}", listener.address()), Runtime::new()?);
        let served = listener.serve(app.router(), None, listening, std::future::pending());
        thread::spawn(move || runtime.block_on(served));
        Ok(Self { address, issuer })
    }

    /// Serves a site with a mirror, within the limits that servers have.
    ///
    /// # Errors
    /// When no address or no thread is to be had.
    pub fn mirroring(site: &Site, mirror: &Mirror, listening: ListenerLimits) -> anyhow::Result<Self> {
        Self::new(&site.environment, &site.state, Some(mirror.clone()), ServiceLimits::PRESET, listening)
    }

    /// A member's token.
    ///
    /// # Errors
    /// When none is to be had.
    pub fn token(&self, member: &Member) -> anyhow::Result<String> {
        let grant = Grant {
            subject: member.user.clone(),
            roles: ROLES.map(str::to_owned).into(),
            companies: Some(vec![member.company.to_owned()]),
            device: Some(member.device.clone()),
            ..Grant::default()
        };
        Ok(self.issuer.token(&grant, NOW, Duration::from_hours(1))?)
    }
}
