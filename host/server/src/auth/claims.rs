//! What a token says, and the caller that comes of it.

use std::collections::BTreeSet;

use lockstep_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::AuthError;
use crate::registry::{ACTOR_BYTES_MAX, DEVICE_BYTES_MAX};

/// The role that may do everything.
pub const ADMINISTRATOR: &str = "administrator";

/// The role of software vendors: it uploads packages and sees its own.
pub const PUBLISHER: &str = "publisher";

/// The longest role, company or language, in bytes.
const TEXT_BYTES_MAX: usize = 256;

/// The most roles or companies in a token.
const NAMES_MAX: usize = 256;

/// A moment as tokens have it: seconds since 1970, whole or with fractions (RFC 7519, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "f64", into = "i64")]
pub struct NumericDate(pub Timestamp);

/// What is beyond all times is the last or the first.
impl From<f64> for NumericDate {
    fn from(seconds: f64) -> Self {
        Self(Timestamp((seconds * 1000.0) as i64))
    }
}

impl From<NumericDate> for i64 {
    fn from(NumericDate(moment): NumericDate) -> Self {
        moment.0.div_euclid(1000)
    }
}

/// The claims of a token that are read; others are passed over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Whose token it is.
    pub sub: String,
    /// From when it is no longer valid.
    pub exp: NumericDate,
    /// From when it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
    /// What its subject may do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// To which companies it is narrowed; all that the policy gives where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub companies: Option<Vec<String>>,
    /// On which device it is used: this makes its subject a device user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The language of its subject (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Who calls, as a valid token has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    subject: String,
    roles: BTreeSet<String>,
    companies: Option<BTreeSet<String>>,
    device: Option<String>,
    locale: Option<String>,
}

impl Caller {
    /// The caller of a token whose signature, issuer, audience and times have been checked.
    ///
    /// # Errors
    /// [`AuthError::Claim`] where a claim is empty, too long, or holds control characters.
    pub fn of(claims: Claims) -> Result<Self, AuthError> {
        let Claims { sub, roles, companies, device, locale, .. } = claims;
        let (companies_given, companies) = (companies.is_some(), companies.unwrap_or_default());
        check("sub", [&sub], ACTOR_BYTES_MAX)?;
        check("roles", &roles, TEXT_BYTES_MAX)?;
        check("companies", &companies, TEXT_BYTES_MAX)?;
        check("device", &device, DEVICE_BYTES_MAX)?;
        check("locale", &locale, TEXT_BYTES_MAX)?;
        Ok(Self {
            subject: sub,
            roles: roles.into_iter().collect(),
            companies: companies_given.then(|| companies.into_iter().collect()),
            device,
            locale,
        })
    }

    /// The caller of an operation that was kept.
    pub(crate) fn kept(subject: String, roles: BTreeSet<String>, companies: Option<BTreeSet<String>>) -> Self {
        Self { subject, roles, companies, device: None, locale: None }
    }

    /// Whose token it is: the actor of what is done with it.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// All roles, the reserved ones too.
    pub fn roles(&self) -> &BTreeSet<String> {
        &self.roles
    }

    /// To which companies the token narrows what the policy gives; none: it does not.
    pub fn companies(&self) -> Option<&BTreeSet<String>> {
        self.companies.as_ref()
    }

    /// The device on which the token is used.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// The subject's language.
    pub fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    /// Whether it may do everything.
    pub fn is_administrator(&self) -> bool {
        self.roles.contains(ADMINISTRATOR)
    }

    /// Whether it may upload packages.
    pub fn is_publisher(&self) -> bool {
        self.roles.contains(PUBLISHER)
    }
}

fn check<'c>(claim: &'static str, texts: impl IntoIterator<Item = &'c String>, max: usize) -> Result<(), AuthError> {
    let is_fine =
        |text: &String| (1..=max).contains(&text.len()) && !text.trim().is_empty() && !text.contains(char::is_control);
    let mut count = 0;
    if texts.into_iter().inspect(|_| count += 1).all(is_fine) && count <= NAMES_MAX {
        Ok(())
    } else {
        Err(AuthError::Claim { claim })
    }
}
