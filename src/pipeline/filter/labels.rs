//! Topics and audiences of a query against those that there are.

use super::QueryError;
use super::fold::fold;
use super::names::{advice, nearest};
use super::term::{Field, Pattern, Term, Words};
use crate::model::label::{LabelDefinition, Labels};
use crate::model::phrase::Phrase;

/// Turns what people read into its name.
pub(super) fn check(term: &mut Term, labels: &Labels) -> Result<(), QueryError> {
    let Pattern::Name(words) = &mut term.pattern else { return Ok(()) };
    let known = if term.field == Field::Topic {
        &labels.topics
    } else if term.field == Field::Audience {
        &labels.audiences
    } else {
        // A language, which is known by its form alone.
        return Ok(());
    };
    let by_name = known.iter().find(|label| words.is_name(&fold(&label.name)));
    let by_title = known.iter().find(|label| !words.is_prefix && words.is_name(&fold(label.title())));
    let Some(label) = by_name.or(by_title) else {
        let id = if term.field == Field::Topic { "query-no-topic" } else { "query-no-audience" };
        let why = Phrase::of(id).and("name", words.written.as_str()).and("known", advise(&words.folded, known));
        return Err(QueryError::new(term.column, why));
    };
    if let (false, Some(name)) = (words.is_prefix, Words::new(&label.name, false)) {
        *words = name;
    }
    Ok(())
}

fn advise(unknown: &str, known: &[LabelDefinition]) -> Phrase {
    let names = known.iter().map(|label| label.name.as_str());
    let near = nearest(unknown, names.clone().chain(known.iter().map(LabelDefinition::title)));
    let label = near.and_then(|near| known.iter().find(|label| label.name == near || label.title() == near));
    advice(label.map(|label| label.name.as_str()), names)
}
