//! Conditions and how they are joined.

use std::fmt;

use super::term::Term;

/// No list has fewer than two members, and none has a list of its own kind in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Term(Box<Term>),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

impl Node {
    pub fn all(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for node in nodes {
            match node {
                Self::All(inner) => flat.extend(inner),
                Self::Term(_) | Self::Not(_) | Self::Any(_) => flat.push(node),
            }
        }
        only(&mut flat).unwrap_or(Self::All(flat))
    }

    pub fn any(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for node in nodes {
            match node {
                Self::Any(inner) => flat.extend(inner),
                Self::Term(_) | Self::Not(_) | Self::All(_) => flat.push(node),
            }
        }
        only(&mut flat).unwrap_or(Self::Any(flat))
    }

    /// Whether the whole holds, given what holds for a term. Asks no more than it must.
    pub fn holds(&self, term_holds: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::Term(term) => term_holds(term),
            Self::Not(node) => !node.holds(term_holds),
            Self::All(nodes) => nodes.iter().all(|node| node.holds(term_holds)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(term_holds)),
        }
    }

    /// Every term, as written, with whether it is negated.
    pub fn terms(&self) -> Vec<(&Term, bool)> {
        match self {
            Self::Term(term) => vec![(term, false)],
            Self::Not(node) => node.terms().into_iter().map(|(term, is_negated)| (term, !is_negated)).collect(),
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().flat_map(Self::terms).collect(),
        }
    }

    pub fn terms_mut(&mut self) -> Vec<&mut Term> {
        match self {
            Self::Term(term) => vec![term],
            Self::Not(node) => node.terms_mut(),
            Self::All(nodes) | Self::Any(nodes) => nodes.iter_mut().flat_map(Self::terms_mut).collect(),
        }
    }
}

/// The one node of a list of one.
fn only(nodes: &mut Vec<Node>) -> Option<Node> {
    if nodes.len() == 1 { nodes.pop() } else { None }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => write!(f, "{term}"),
            Self::Not(node) if matches!(**node, Self::Term(_)) => write!(f, "-{node}"),
            Self::Not(node) => write!(f, "-({node})"),
            Self::All(nodes) => f.write_str(&nodes.iter().map(Self::as_factor).collect::<Vec<_>>().join(" ")),
            Self::Any(nodes) => f.write_str(&nodes.iter().map(Self::to_string).collect::<Vec<_>>().join(" OR ")),
        }
    }
}

impl Node {
    /// Prints it to stand among others that must all hold, which binds closer than `OR`.
    fn as_factor(&self) -> String {
        match self {
            Self::Any(_) => format!("({self})"),
            Self::Term(_) | Self::Not(_) | Self::All(_) => self.to_string(),
        }
    }
}
