//! Which addresses may be asked at all. Everything that a feed, a redirect or a person names goes
//! through here; nothing else makes a [`PublicUrl`].

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;
use url::{Host, Url};

use super::own::is_own;
use crate::port::FetchError;

/// Bytes of a URL.
const URL_BYTES_MAX: usize = 2048;
/// Bytes of a host name (RFC 1035, section 2.3.4, as text).
const HOST_BYTES_MAX: usize = 253;
/// Ports of the web. Other ports of strangers are for other protocols.
const WEB_PORTS: &[u16] = &[80, 443, 8080, 8443];
/// Names that never mean a public host (RFC 6761, RFC 6762, RFC 8375, RFC 7686, and `.i2p`).
const LOCAL_NAMES: &[&str] = &["localhost", "local", "internal", "home.arpa", "onion", "i2p"];

/// A part of the network that the operator vouches for: `10.1.2.0/24`, or with one port
/// `10.1.2.0/24:8080`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedNet {
    net: IpNet,
    port: Option<u16>,
}

impl TrustedNet {
    fn contains(&self, ip: IpAddr, port: u16) -> bool {
        self.net.contains(&ip) && self.port.is_none_or(|own| own == port)
    }
}

impl FromStr for TrustedNet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || {
            format!(
                "\"{text}\" is not a network; write \"10.1.2.0/24\", \"192.168.1.7\" or, for one port, \"10.1.2.0/24:8080\""
            )
        };
        let host = |ip: IpAddr, port| Self { net: IpNet::from(ip), port };
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(host(ip, None));
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return Ok(host(socket.ip(), Some(socket.port())));
        }
        let (address, length) = text.rsplit_once('/').ok_or_else(bad)?;
        let (length, port) = match length.split_once(':') {
            Some((length, port)) => (length, Some(port.parse().map_err(|_| bad())?)),
            None => (length, None),
        };
        let net = format!("{address}/{length}").parse().map_err(|_| bad())?;
        Ok(Self { net, port })
    }
}

impl TryFrom<String> for TrustedNet {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for TrustedNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.net),
            None => write!(f, "{}", self.net),
        }
    }
}

/// A URL that has passed the guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    url: Url,
    port: u16,
}

impl PublicUrl {
    pub fn as_url(&self) -> &Url {
        &self.url
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port for messages: never the path, which may hold a key.
    pub fn host(&self) -> String {
        host_of(&self.url)
    }
}

/// Host and, where it is not the scheme's own, port.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The rules for addresses, and the operator's exceptions.
#[derive(Clone, Debug)]
pub struct Guard {
    trusted: Vec<TrustedNet>,
    is_own: fn(IpAddr) -> bool,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Guard {
    pub fn new(trusted: Vec<TrustedNet>) -> Self {
        Self { trusted, is_own }
    }

    /// The guard of a machine with other addresses than this one.
    pub fn of_machine(self, is_own: fn(IpAddr) -> bool) -> Self {
        Self { is_own, ..self }
    }

    pub fn trusts(&self, ip: IpAddr, port: u16) -> bool {
        self.trusted.iter().any(|net| net.contains(plain(ip), port))
    }

    /// Whether an address may be dialled for this URL's port.
    pub fn permits(&self, ip: IpAddr, port: u16) -> bool {
        self.trusts(ip, port) || (is_public(ip) && WEB_PORTS.contains(&port) && !(self.is_own)(ip))
    }

    /// Judges a URL, and a literal address in it at once: the connector does not ask a resolver
    /// for those.
    ///
    /// # Errors
    /// [`FetchError::BadUrl`] and [`FetchError::Refused`] with the rule that it breaks.
    pub fn judge(&self, text: &str) -> Result<PublicUrl, FetchError> {
        let bad = |why: &str| FetchError::BadUrl { url: text.chars().take(200).collect(), why: why.to_owned() };
        if text.len() > URL_BYTES_MAX {
            return Err(bad("it is longer than 2,048 bytes"));
        }
        let mut url = Url::parse(text.trim()).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("only http and https are fetched"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("a name and password in the address are not supported"));
        }
        url.set_fragment(None);
        strip_final_dot(&mut url);
        let port = url.port_or_known_default().unwrap_or(80);
        let refused = |why: String| FetchError::Refused { host: host_of(&url), why };
        match url.host() {
            Some(Host::Ipv4(ip)) => self.judge_literal(ip.into(), port).map_err(refused)?,
            Some(Host::Ipv6(ip)) => self.judge_literal(ip.into(), port).map_err(refused)?,
            Some(Host::Domain(name)) => self.judge_name(name, port).map_err(refused)?,
            None => return Err(bad("it has no host")),
        }
        Ok(PublicUrl { url, port })
    }

    /// Judges what a name resolved to: one address that is not allowed spoils all of them, since
    /// mixed answers are an attack.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn judge_addresses(&self, name: &str, port: u16, addresses: &[SocketAddr]) -> Result<(), String> {
        if addresses.is_empty() {
            return Err("it has no address".to_owned());
        }
        let must_be_trusted = is_local_name(name) || !WEB_PORTS.contains(&port);
        for address in addresses {
            let is_allowed =
                if must_be_trusted { self.trusts(address.ip(), port) } else { self.permits(address.ip(), port) };
            if !is_allowed {
                return Err(self.refusal(address.ip(), port));
            }
        }
        Ok(())
    }

    fn judge_literal(&self, ip: IpAddr, port: u16) -> Result<(), String> {
        if self.permits(ip, port) { Ok(()) } else { Err(self.refusal(ip, port)) }
    }

    /// A local name or an odd port may still lead to a trusted address: that shows when it is
    /// resolved. Without any trusted network it cannot.
    fn judge_name(&self, name: &str, port: u16) -> Result<(), String> {
        if name.is_empty() || name.len() > HOST_BYTES_MAX {
            return Err("its host name is empty or too long".to_owned());
        }
        if self.trusted.is_empty() && is_local_name(name) {
            return Err("the name is a local one".to_owned());
        }
        if self.trusted.is_empty() && !WEB_PORTS.contains(&port) {
            return Err(format!("port {port} is not a port of the web"));
        }
        Ok(())
    }

    fn refusal(&self, ip: IpAddr, port: u16) -> String {
        if !is_public(ip) {
            format!("{ip} is a private address")
        } else if (self.is_own)(ip) {
            format!("{ip} is an address of this machine")
        } else {
            format!("port {port} is not a port of the web")
        }
    }
}

/// `example.com.` is `example.com`; the dot would slip past the list of local names.
fn strip_final_dot(url: &mut Url) {
    let stripped = url.domain().and_then(|name| name.strip_suffix('.')).map(str::to_owned);
    if let Some(name) = stripped {
        // A name that is only dots stays, and is refused as a local one.
        let _ = url.set_host(Some(&name));
    }
}

/// A single label, or under a name that is never public.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.') || LOCAL_NAMES.iter().any(|local| name == *local || name.ends_with(&format!(".{local}")))
}

/// An IPv4 address in IPv6 clothes is that IPv4 address.
fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// IPv4 that is not public: the IANA special-purpose registry, multicast, the future, and the
/// metadata addresses of Oracle (in 192.0.0.0/24) and Azure (168.63.129.16).
const PRIVATE_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(168, 63, 129, 16, 32),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 31, 196, 0, 24),
    v4(192, 52, 193, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(192, 175, 48, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];
/// The only IPv6 that is global unicast (RFC 4291, section 2.4).
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);
/// Parts of it that are not: Teredo, ORCHID and benchmarking, documentation, 6to4.
const PRIVATE_V6: &[Ipv6Net] = &[v6(0x2001, 0, 23), v6(0x2001, 0x0db8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];

/// Whether an address belongs to the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !PRIVATE_V4.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => GLOBAL_V6.contains(&ip) && !PRIVATE_V6.iter().any(|net| net.contains(&ip)),
    }
}
