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

/// Child elements by other names, used where the proper one is missing: (in, name, proper name).
pub const STAND_INS: &[(&str, &str, &str)] = &[
    ("item", "dc:title", "title"),
    ("item", "itunes:title", "title"),
    ("item", "media:title", "title"),
    ("item", "pubdate", "pubDate"),
    ("item", "PubDate", "pubDate"),
    ("item", "published", "pubDate"),
    ("item", "atom:published", "pubDate"),
    ("item", "dcterms:issued", "pubDate"),
    ("item", "dcterms:created", "pubDate"),
    ("item", "dc:date", "pubDate"),
    ("item", "atom:updated", "pubDate"),
    ("item", "a10:updated", "pubDate"),
    ("item", "dcterms:modified", "pubDate"),
    ("item", "updated", "pubDate"),
    ("item", "date", "pubDate"),
    ("item", "id", "guid"),
    ("item", "atom:id", "guid"),
    ("item", "dc:description", "description"),
    ("channel", "dc:title", "title"),
    ("channel", "dc:language", "language"),
    ("channel", "dc:rights", "copyright"),
    ("entry", "issued", "published"),
    ("entry", "created", "published"),
    ("entry", "modified", "updated"),
    ("feed", "modified", "updated"),
    ("feed", "tagline", "subtitle"),
    ("feed", "copyright", "rights"),
    ("entry", "copyright", "rights"),
    ("author", "url", "uri"),
];
