//! From text to conditions: what binds what. Nothing here can recurse deeper than [`DEPTH_MAX`].

use std::iter::Peekable;
use std::vec::IntoIter;

use super::lex::{Kind, Token, needs_value, tokens};
use super::node::Node;
use super::term::Field;
use super::value::term;
use super::{CHARS_MAX, QueryError};
use crate::model::phrase::Phrase;

/// Parentheses inside parentheses.
const DEPTH_MAX: usize = 32;

pub(super) fn parse(text: &str) -> Result<Node, QueryError> {
    let length = text.chars().count();
    if length > CHARS_MAX {
        let why = Phrase::of("query-too-long").count("length", length).count("max", CHARS_MAX);
        return Err(QueryError::new(CHARS_MAX + 1, why));
    }
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), depth: 0 };
    if parser.tokens.peek().is_none_or(|token| matches!(token.kind, Kind::End)) {
        return Err(QueryError::new(1, Phrase::of("query-empty")));
    }
    let node = parser.any(Field::Text)?;
    match parser.tokens.next() {
        Some(Token { kind: Kind::Close, column }) => Err(QueryError::new(column, Phrase::of("query-closes-nothing"))),
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
            return Err(QueryError::new(1, Phrase::of("query-ends-early")));
        };
        match kind {
            Kind::Open => self.group(field, column),
            Kind::Not => Ok(Node::Not(Box::new(self.one(field)?))),
            Kind::Field(inner) if field == Field::Text => self.value(inner, column),
            Kind::Field(inner) => {
                let (outer, inner) = (field.name(), inner.name());
                let why = Phrase::of("query-field-inside").and("inner", inner).and("outer", outer);
                Err(QueryError::new(column, why))
            }
            Kind::Value(value) => Ok(Node::Term(Box::new(term(field, value, column)?))),
            Kind::Or => Err(QueryError::new(column, Phrase::of("query-or-alone"))),
            Kind::Close => Err(QueryError::new(column, Phrase::of("query-missing-before"))),
            Kind::End => Err(QueryError::new(column, Phrase::of("query-missing-after"))),
        }
    }

    fn value(&mut self, field: Field, column: usize) -> Result<Node, QueryError> {
        match self.tokens.next() {
            Some(Token { kind: Kind::Open, column }) => self.group(field, column),
            Some(Token { kind: Kind::Value(value), column }) => Ok(Node::Term(Box::new(term(field, value, column)?))),
            Some(Token { kind: Kind::Not, column }) => {
                let name = field.name();
                Err(QueryError::new(column, Phrase::of("query-minus-inside").and("field", name)))
            }
            _ => Err(needs_value(column, field)),
        }
    }

    /// What follows a parenthesis that opened at `column`.
    fn group(&mut self, field: Field, column: usize) -> Result<Node, QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(QueryError::new(column, Phrase::of("query-too-deep").count("max", DEPTH_MAX)));
        }
        let node = self.any(field)?;
        self.depth -= 1;
        match self.tokens.next() {
            Some(Token { kind: Kind::Close, .. }) => Ok(node),
            _ => Err(QueryError::new(column, Phrase::of("query-not-closed"))),
        }
    }
}
