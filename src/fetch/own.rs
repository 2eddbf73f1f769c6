//! Which addresses are this machine's own: behind one of them may be a service that only this
//! machine is meant to reach, even where the address is public (failures, section 4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// Addresses of documentation, which nobody has (RFC 5737, RFC 3849).
const NOBODY_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const NOBODY_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

/// Whether this machine has the address now: a socket can be bound to that and to no other. Where
/// the system lets sockets be bound to anything (`ip_nonlocal_bind`), nothing can be told and no
/// address is taken for our own.
pub fn is_own(ip: IpAddr) -> bool {
    can_bind(ip) && !can_bind(if ip.is_ipv4() { NOBODY_V4 } else { NOBODY_V6 })
}

/// Nothing is sent: the socket is closed at once.
fn can_bind(ip: IpAddr) -> bool {
    UdpSocket::bind((ip, 0)).is_ok()
}
