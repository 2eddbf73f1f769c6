//! From text to conditions: what binds what. Nothing here can recurse deeper than [`DEPTH_MAX`].

use std::iter::Peekable;
use std::vec::IntoIter;

use super::lex::{Kind, Token, needs_value, tokens};
use super::node::Node;
use super::term::Field;
use super::value::term;
use super::{CHARS_MAX, QueryError};

/// Parentheses inside parentheses.
const DEPTH_MAX: usize = 32;

pub(super) fn parse(text: &str) -> Result<Node, QueryError> {
    let length = text.chars().count();
    if length > CHARS_MAX {
        let why = format!(
            "the query has {length} characters, and {CHARS_MAX} are the most; make it shorter, or write two queries"
        );
        return Err(QueryError::new(CHARS_MAX + 1, why));
    }
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), depth: 0 };
    if parser.tokens.peek().is_none_or(|token| matches!(token.kind, Kind::End)) {
        let why = "the query is empty; write a word, such as rust, or a field, such as topic:security";
        return Err(QueryError::new(1, why));
    }
    let node = parser.any(Field::Text)?;
    match parser.tokens.next() {
        Some(Token { kind: Kind::Close, column }) => {
            Err(QueryError::new(column, "this ) closes nothing; take it away, or add the ( where it begins"))
        }
        _ => Ok(node),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    /// One side of an `OR` or more. A term without a field looks in `field`.
    fn any(&mut self, field: Field) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all(field)?];
        while self.tokens.next_if(|token| matches!(token.kind, Kind::Or)).is_some() {
            nodes.push(self.all(field)?);
        }
        Ok(Node::any(nodes))
    }

    fn all(&mut self, field: Field) -> Result<Node, QueryError> {
        let mut nodes = vec![self.one(field)?];
        while self.tokens.peek().is_some_and(|token| !matches!(token.kind, Kind::Or | Kind::Close | Kind::End)) {
            nodes.push(self.one(field)?);
        }
        Ok(Node::all(nodes))
    }

    fn one(&mut self, field: Field) -> Result<Node, QueryError> {
        let Some(Token { kind, column }) = self.tokens.next() else {
            return Err(QueryError::new(1, "the query ends too early"));
        };
        match kind {
            Kind::Open => self.group(field, column),
            Kind::Not => Ok(Node::Not(Box::new(self.one(field)?))),
            Kind::Field(inner) if field == Field::Text => self.value(inner, column),
            Kind::Field(inner) => {
                let (outer, inner) = (field.name(), inner.name());
                let why = format!("{inner}: cannot stand inside {outer}:( ); write it outside of the parentheses");
                Err(QueryError::new(column, why))
            }
            Kind::Value(value) => Ok(Node::Term(Box::new(term(field, value, column)?))),
            Kind::Or => Err(QueryError::new(
                column,
                "OR stands between two terms, as in rust OR go; write one before it, or take it away",
            )),
            Kind::Close => {
                Err(QueryError::new(column, "something is missing before this ); write a word there, or take it away"))
            }
            Kind::End => {
                Err(QueryError::new(column, "something is missing after this; write a word there, or take it away"))
            }
        }
    }

    fn value(&mut self, field: Field, column: usize) -> Result<Node, QueryError> {
        match self.tokens.next() {
            Some(Token { kind: Kind::Open, column }) => self.group(field, column),
            Some(Token { kind: Kind::Value(value), column }) => Ok(Node::Term(Box::new(term(field, value, column)?))),
            Some(Token { kind: Kind::Not, column }) => {
                let name = field.name();
                Err(QueryError::new(column, format!("a - stands before the field, as in -{name}:…; write it there")))
            }
            _ => Err(needs_value(column, field)),
        }
    }

    /// What follows a parenthesis that opened at `column`.
    fn group(&mut self, field: Field, column: usize) -> Result<Node, QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let why = format!("parentheses inside parentheses go {DEPTH_MAX} deep at most; take some away");
            return Err(QueryError::new(column, why));
        }
        let node = self.any(field)?;
        self.depth -= 1;
        match self.tokens.next() {
            Some(Token { kind: Kind::Close, .. }) => Ok(node),
            _ => Err(QueryError::new(column, "this ( is not closed; add a ) where it ends")),
        }
    }
}
