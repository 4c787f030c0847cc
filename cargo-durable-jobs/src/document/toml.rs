//! Reads TOML into the tree.

use std::ops::Range;

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, TableLike, Value as TomlValue};

use super::{Entry, Layout, List, Node, SyntaxError, Table, Value};

pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let document = toml_edit::Document::parse(text).map_err(|error| SyntaxError {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().to_owned(),
    })?;
    Ok(node(document.as_item()))
}

fn node(item: &Item) -> Node {
    match item {
        Item::Table(table) => Node {
            span: known(table.span()),
            value: Value::Table(Table {
                entries: entries(table),
                layout: sections_unless(table.is_dotted()),
            }),
        },
        Item::ArrayOfTables(tables) => of_tables(tables),
        Item::Value(value) => of_value(value),
        Item::None => Node {
            span: 0..0,
            value: Value::Other,
        },
    }
}

fn sections_unless(dotted: bool) -> Layout {
    match dotted {
        true => Layout::Dotted,
        false => Layout::Sections,
    }
}

/// A table that exists only because another one names it stands nowhere.
fn known(span: Option<Range<usize>>) -> Range<usize> {
    span.unwrap_or(0..0)
}

fn entries(table: &dyn TableLike) -> Vec<Entry> {
    let keys = table.iter().filter_map(|(key, item)| {
        let start = table.key(key).and_then(|key| key.span());
        Some(Entry {
            key: key.to_owned(),
            start: start.map_or(0, |span| span.start),
            node: match item {
                Item::None => return None,
                item => node(item),
            },
        })
    });
    keys.collect()
}

fn of_tables(tables: &ArrayOfTables) -> Node {
    let items = tables.iter().map(|table| Node {
        span: known(table.span()),
        value: Value::Table(Table {
            entries: entries(table),
            layout: Layout::Sections,
        }),
    });
    Node {
        span: known(tables.span()),
        value: Value::List(List {
            items: items.collect(),
            layout: Layout::Sections,
        }),
    }
}

fn of_value(value: &TomlValue) -> Node {
    let span = known(value.span());
    let value = match value {
        TomlValue::String(text) => Value::Text(text.value().clone()),
        TomlValue::Array(array) => Value::List(of_array(array)),
        TomlValue::InlineTable(table) => Value::Table(of_inline_table(table)),
        _ => Value::Other,
    };
    Node { span, value }
}

fn of_array(array: &Array) -> List {
    List {
        items: array.iter().map(of_value).collect(),
        layout: Layout::enclosed(array.trailing_comma()),
    }
}

fn of_inline_table(table: &InlineTable) -> Table {
    Table {
        entries: entries(table),
        layout: match table.is_dotted() {
            true => Layout::Dotted,
            false => Layout::enclosed(table.trailing_comma()),
        },
    }
}
