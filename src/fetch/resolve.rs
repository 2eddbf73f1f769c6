//! Names to addresses that have been judged. The addresses returned here are the ones dialled, so
//! nothing can change between the judgement and the connection.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::Guard;

/// How long a name server may take.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 16;
/// Names whose trust is remembered.
const NAMES_MAX: usize = 100_000;

/// Why a name leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Unknown(String),
    #[error("the name server took too long")]
    Timeout,
}

/// Which names led to trusted addresses when they were last resolved.
#[derive(Clone, Debug, Default)]
pub struct TrustedNames(Arc<Mutex<HashMap<(String, u16), bool>>>);

impl TrustedNames {
    pub fn contains(&self, name: &str, port: u16) -> bool {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(&(name.to_owned(), port)).copied().unwrap_or(false)
    }

    fn set(&self, name: &str, port: u16, is_trusted: bool) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= NAMES_MAX {
            names.clear();
        }
        names.insert((name.to_owned(), port), is_trusted);
    }
}

/// Resolves for the connections of one port: the port is part of the judgement, and the HTTP
/// client does not tell it to its resolver.
pub struct GuardedResolver {
    pub guard: Arc<Guard>,
    pub port: u16,
    pub trusted_names: TrustedNames,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, port, trusted_names) = (self.guard.clone(), self.port, self.trusted_names.clone());
        Box::pin(async move {
            let addresses = lookup(name.as_str(), port).await?;
            guard.judge_addresses(name.as_str(), port, &addresses).map_err(ResolveError::Refused)?;
            let is_trusted = addresses.iter().all(|address| guard.trusts(address.ip(), port));
            trusted_names.set(name.as_str(), port, is_trusted);
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

async fn lookup(name: &str, port: u16) -> Result<Vec<SocketAddr>, ResolveError> {
    let answer = tokio::time::timeout(LOOKUP_TIMEOUT, tokio::net::lookup_host((name, port))).await;
    match answer {
        Err(_) => Err(ResolveError::Timeout),
        Ok(Err(error)) => {
            // The system's own words follow after what everybody knows by then.
            let why = error.to_string();
            Err(ResolveError::Unknown(why.rsplit(": ").next().unwrap_or_default().to_owned()))
        }
        Ok(Ok(addresses)) => Ok(addresses.take(ADDRESSES_MAX).collect()),
    }
}
