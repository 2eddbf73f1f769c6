//! How the world writes what feed-rs knows by one name: namespaces and stand-in elements.

pub const ATOM: &str = "http://www.w3.org/2005/Atom";
/// feed-rs's namespace for RSS of every version.
pub const RSS: &str = "http://purl.org/rss/1.0/";

/// Namespaces in the wild, and the one that feed-rs knows them by.
pub const NAMESPACES: &[(&str, &str)] = &[
    ("http://purl.org/atom/ns#", ATOM),
    ("http://www.w3.org/2005/atom", ATOM),
    ("http://channel.netscape.com/rdf/simple/0.9/", RSS),
    ("http://my.netscape.com/rdf/simple/0.9/", RSS),
    ("http://my.netscape.com/publish/formats/rss-0.91.dtd", RSS),
    ("http://purl.org/rss/1.0", RSS),
    ("http://purl.org/net/rss1.1#", RSS),
    ("http://backend.userland.com/rss", RSS),
    ("http://backend.userland.com/rss2", RSS),
    ("http://backend.userland.com/rss091", RSS),
    ("http://backend.userland.com/RSS2", RSS),
    ("http://blogs.law.harvard.edu/tech/rss", RSS),
    ("http://search.yahoo.com/mrss", "http://search.yahoo.com/mrss/"),
    ("https://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss/"),
    ("http://video.search.yahoo.com/mrss", "http://search.yahoo.com/mrss/"),
    ("http://video.search.yahoo.com/mrss/", "http://search.yahoo.com/mrss/"),
    ("http://www.rssboard.org/media-rss", "http://search.yahoo.com/mrss/"),
    ("http://purl.org/rss/1.0/modules/content", "http://purl.org/rss/1.0/modules/content/"),
    ("http://purl.org/dc/elements/1.0/", "http://purl.org/dc/elements/1.1/"),
    ("http://purl.org/dc/elements/1.1", "http://purl.org/dc/elements/1.1/"),
    ("http://www.itunes.com/DTDs/PodCast-1.0.dtd", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("http://www.itunes.com/DTDs/Podcast-1.0.dtd", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("https://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
];

/// A local name that means nothing to us and costs feed-rs dearly (each rating is copied to every
/// picture beside it), and what it is called instead.
pub const UNREAD: (&str, &str) = ("rating", "unread");

/// A child element by another name, and the proper name that it is used for where that is missing.
pub type StandIn = (&'static str, &'static str);

/// The stand-ins inside an element, in the order of preference.
pub fn stand_ins(parent: &str) -> &'static [StandIn] {
    match parent {
        "item" => ITEM,
        "channel" => CHANNEL,
        "entry" => ENTRY,
        "feed" => FEED,
        "author" => AUTHOR,
        _ => &[],
    }
}

const ITEM: &[StandIn] = &[
    ("dc:title", "title"),
    ("itunes:title", "title"),
    ("media:title", "title"),
    ("pubdate", "pubDate"),
    ("PubDate", "pubDate"),
    ("published", "pubDate"),
    ("atom:published", "pubDate"),
    ("dcterms:issued", "pubDate"),
    ("dcterms:created", "pubDate"),
    ("dc:date", "pubDate"),
    ("atom:updated", "pubDate"),
    ("a10:updated", "pubDate"),
    ("dcterms:modified", "pubDate"),
    ("updated", "pubDate"),
    ("date", "pubDate"),
    ("id", "guid"),
    ("atom:id", "guid"),
    ("dc:description", "description"),
];

const CHANNEL: &[StandIn] = &[("dc:title", "title"), ("dc:language", "language"), ("dc:rights", "copyright")];

const ENTRY: &[StandIn] =
    &[("issued", "published"), ("created", "published"), ("modified", "updated"), ("copyright", "rights")];

const FEED: &[StandIn] = &[("modified", "updated"), ("tagline", "subtitle"), ("copyright", "rights")];

const AUTHOR: &[StandIn] = &[("url", "uri")];
