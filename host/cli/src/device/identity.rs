//! Who uses a device, as the token says; the server verifies it.

use std::collections::BTreeSet;

use anyhow::anyhow;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use lockstep_device::{Identity, Token};
use serde::Deserialize;

use crate::failure::{Failure, Result};

/// What is read of a token.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    sub: String,
    #[serde(default)]
    roles: BTreeSet<String>,
    companies: Option<BTreeSet<String>>,
    device: Option<String>,
}

impl Claims {
    /// A token's.
    pub(crate) fn of(token: &Token) -> Result<Self> {
        let claims = token.secret().split('.').nth(1).and_then(|claims| BASE64_URL_SAFE_NO_PAD.decode(claims).ok());
        let claims = claims.and_then(|json| serde_json::from_slice(&json).ok());
        claims.ok_or_else(|| Failure::Input(anyhow!("{NO_DEVICE}")))
    }

    /// The device that it is for.
    pub(crate) fn device(&self) -> Result<&str> {
        self.device.as_deref().ok_or_else(|| Failure::Input(anyhow!("{NO_DEVICE}")))
    }

    /// Whom it makes the device's user, if it is this device's. `company` is the one that he asks for; `former` used the
    /// device before.
    pub(crate) fn identity(&self, device: &str, company: Option<&str>, former: Option<&Identity>) -> Result<Identity> {
        let of = self.device()?;
        if of != device {
            return Err(Failure::Input(anyhow!(
                "the token is for the device `{of}`, and this is `{device}`: get one for it, or use another folder"
            )));
        }
        let company = self.company(company, former.filter(|former| former.user == self.sub))?;
        Ok(Identity { user: self.sub.clone(), company, roles: self.roles.iter().cloned().collect() })
    }

    fn company(&self, asked: Option<&str>, former: Option<&Identity>) -> Result<String> {
        let Some(companies) = &self.companies else {
            let former = former.map(|former| former.company.clone());
            return Ok(asked.map(str::to_owned).or(former).unwrap_or_default());
        };
        let known = || format!("`{}`", companies.iter().map(String::as_str).collect::<Vec<_>>().join("`, `"));
        if let Some(asked) = asked {
            if companies.contains(asked) {
                return Ok(asked.to_owned());
            }
            return Err(Failure::Input(anyhow!("the token is not for the company `{asked}`: it is for {}", known())));
        }
        if let Some(former) = former.filter(|former| companies.contains(&former.company)) {
            return Ok(former.company.clone());
        }
        match companies.first() {
            None => Ok(String::new()),
            Some(only) if companies.len() == 1 => Ok(only.clone()),
            Some(_) => Err(Failure::Input(anyhow!(
                "the token is for several companies, {}: choose one with `lockstep device open --company`",
                known()
            ))),
        }
    }
}

const NO_DEVICE: &str =
    "the token is for no device: get one with a `device` claim, as `lockstep token --device ID` makes";

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Result<Claims> {
        Claims::of(&Token::new(&format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(json))).unwrap())
    }

    #[test]
    fn a_token_says_for_which_device_it_is() {
        assert_eq!(claims(r#"{"sub": "ada", "device": "tablet-7"}"#).unwrap().device().unwrap(), "tablet-7");
        let other = claims(r#"{"sub": "ada", "device": "tablet-7"}"#).unwrap().identity("tablet-8", None, None);
        assert!(other.unwrap_err().to_string().contains("`tablet-7`, and this is `tablet-8`"));
        let none = claims(r#"{"sub": "ada"}"#).unwrap().device().map(str::to_owned);
        let opaque = Claims::of(&Token::new("opaque").unwrap()).map(|_| String::new());
        for refused in [none, claims("[]").map(|_| String::new()), opaque] {
            assert!(refused.unwrap_err().to_string().contains("--device ID"));
        }
    }

    #[test]
    fn roles_are_the_tokens_in_order_and_once() {
        let claims = claims(r#"{"sub": "ada", "device": "d", "roles": ["sales", "planner", "sales"]}"#).unwrap();
        assert_eq!(claims.identity("d", None, None).unwrap().roles, ["planner", "sales"]);
    }

    #[test]
    fn the_company_is_the_one_asked_for_or_before_or_the_only_one() {
        let company = |companies: &str, asked: Option<&str>, before: Option<&str>| {
            let claims = claims(&format!(r#"{{"sub": "ada", "device": "d"{companies}}}"#)).unwrap();
            let former = before.map(|company| Identity { user: "ada".into(), company: company.into(), roles: vec![] });
            claims.identity("d", asked, former.as_ref()).map(|identity| identity.company)
        };
        assert_eq!(company("", None, None).unwrap(), "");
        assert_eq!(company("", None, Some("main")).unwrap(), "main");
        assert_eq!(company("", Some("north"), Some("main")).unwrap(), "north");
        let two = r#", "companies": ["main", "north"]"#;
        assert_eq!(company(two, Some("north"), None).unwrap(), "north");
        assert_eq!(company(two, None, Some("north")).unwrap(), "north");
        assert!(company(two, None, Some("south")).unwrap_err().to_string().contains("`main`, `north`"));
        assert!(company(two, Some("south"), None).unwrap_err().to_string().contains("not for the company `south`"));
        assert_eq!(company(r#", "companies": ["main"]"#, None, Some("south")).unwrap(), "main");
    }
}
