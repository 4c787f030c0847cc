//! The tree.

use std::ops::Range;

/// A value and the bytes it takes.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

#[derive(Debug)]
pub(crate) enum Value {
    Text(String),
    Table(Table),
    List(List),
    /// For Wrangler as if the key were not there.
    Null,
    /// What the configuration of Durable Objects never is: numbers, booleans, dates.
    Other,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
    pub(crate) layout: Layout,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// The byte at which the key begins.
    pub(crate) start: usize,
    pub(crate) node: Node,
}

#[derive(Debug)]
pub(crate) struct List {
    pub(crate) items: Vec<Node>,
    pub(crate) layout: Layout,
}

/// How a table or list is written, which decides how something is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// In sections with headers: `[key]` or `[[key]]`. More sections can be added.
    Sections,
    /// By the dots in the keys of its entries.
    Dotted,
    /// Between brackets or braces, with nothing after the last item.
    Enclosed,
    /// Between brackets or braces, with a comma after the last item.
    EnclosedWithComma,
}

impl Layout {
    pub(crate) fn enclosed(comma_after_last: bool) -> Self {
        match comma_after_last {
            true => Self::EnclosedWithComma,
            false => Self::Enclosed,
        }
    }
}

impl Node {
    /// The value of a key. Of several, the last counts, as in JavaScript.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Table(table) = &self.value else {
            return None;
        };
        let mut entries = table.entries.iter().rev();
        let found = entries.find(|entry| entry.key == key)?;
        (!matches!(found.node.value, Value::Null)).then_some(&found.node)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn layout(&self) -> Option<Layout> {
        match &self.value {
            Value::Table(table) => Some(table.layout),
            Value::List(list) => Some(list.layout),
            _ => None,
        }
    }

    /// Where each part begins, and the part.
    pub(crate) fn parts(&self) -> Vec<(usize, &Self)> {
        match &self.value {
            Value::Table(table) => {
                let entries = table.entries.iter();
                entries.map(|entry| (entry.start, &entry.node)).collect()
            }
            Value::List(list) => list
                .items
                .iter()
                .map(|item| (item.span.start, item))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The byte after the last one that belongs to it, sections of its own included.
    pub(crate) fn end(&self) -> usize {
        match self.layout() {
            Some(Layout::Sections | Layout::Dotted) => {
                let ends = self.parts().into_iter().map(|(_, part)| part.end());
                ends.fold(self.span.end, usize::max)
            }
            _ => self.span.end,
        }
    }

    /// The same without what has a header of its own.
    pub(crate) fn end_before_sections(&self) -> Option<usize> {
        match self.layout() {
            Some(Layout::Sections) => None,
            Some(Layout::Dotted) => {
                let parts = self.parts().into_iter();
                parts
                    .filter_map(|(_, part)| part.end_before_sections())
                    .max()
            }
            _ => Some(self.span.end),
        }
    }
}
