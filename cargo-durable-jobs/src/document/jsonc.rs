//! Reads JSON with comments into the tree, as Wrangler does: comments and trailing commas are allowed, nothing
//! else that JSON forbids.

use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::{Array, Object, Value as JsonValue},
    common::{Range, Ranged},
    errors::ParseError,
    parse_to_ast,
    tokens::{Token, TokenAndRange},
};

use super::{Entry, Layout, List, Node, SyntaxError, Table, Value};

const COMMENTS_AND_TRAILING_COMMAS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let collect = CollectOptions {
        tokens: true,
        ..CollectOptions::default()
    };
    let parsed = parse_to_ast(text, &collect, &COMMENTS_AND_TRAILING_COMMAS).map_err(syntax)?;
    let commas = Commas(parsed.tokens.unwrap_or_default());
    match parsed.value {
        Some(value) => Ok(node(&value, &commas)),
        None => Err(SyntaxError {
            at: text.len(),
            message: "the file is empty: an object was expected".to_owned(),
        }),
    }
}

fn syntax(error: ParseError) -> SyntaxError {
    SyntaxError {
        at: error.range().start,
        message: error.kind().to_string().to_lowercase(),
    }
}

fn node(value: &JsonValue<'_>, commas: &Commas<'_>) -> Node {
    let Range { start, end } = value.range();
    let value = match value {
        JsonValue::StringLit(text) => Value::Text(text.value.clone().into_owned()),
        JsonValue::Object(object) => Value::Table(of_object(object, commas)),
        JsonValue::Array(array) => Value::List(of_array(array, commas)),
        JsonValue::NullKeyword(_) => Value::Null,
        _ => Value::Other,
    };
    Node {
        span: start..end,
        value,
    }
}

fn of_object(object: &Object<'_>, commas: &Commas<'_>) -> Table {
    let entries = object.properties.iter().map(|entry| Entry {
        key: entry.name.as_str().to_owned(),
        start: entry.range.start,
        node: node(&entry.value, commas),
    });
    Table {
        entries: entries.collect(),
        layout: commas.layout(object.range),
    }
}

fn of_array(array: &Array<'_>, commas: &Commas<'_>) -> List {
    let items = array.elements.iter().map(|item| node(item, commas));
    List {
        items: items.collect(),
        layout: commas.layout(array.range),
    }
}

/// All tokens, to tell whether a comma stands before a closing bracket.
struct Commas<'a>(Vec<TokenAndRange<'a>>);

impl Commas<'_> {
    fn layout(&self, enclosed: Range) -> Layout {
        let closing = self
            .0
            .partition_point(|token| token.range.end < enclosed.end);
        let before = closing
            .checked_sub(1)
            .and_then(|position| self.0.get(position));
        Layout::enclosed(before.is_some_and(|token| token.token == Token::Comma))
    }
}
