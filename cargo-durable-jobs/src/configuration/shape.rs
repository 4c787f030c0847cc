//! Values of a certain kind, or an error that says where something else stands.

use crate::{
    document::{At, Document, Node, Value},
    error::Error,
};

/// A value in a document, and the key under which an error names it.
#[derive(Clone, Copy)]
pub(super) struct Shaped<'a> {
    document: &'a Document,
    key: &'a str,
    node: &'a Node,
}

impl<'a> Shaped<'a> {
    pub(super) fn root(document: &'a Document) -> Self {
        Self {
            document,
            key: "the file",
            node: document.root(),
        }
    }

    pub(super) fn line(&self) -> usize {
        self.document.line(self.node.span.start)
    }

    pub(super) fn at<T>(&self, value: T) -> At<T> {
        At::new(self.line(), value)
    }

    pub(super) fn wrong(&self, expected: &'static str) -> Error {
        Error::Shape {
            path: self.document.path().to_owned(),
            line: self.line(),
            key: self.key.to_owned(),
            expected,
        }
    }

    /// The value of a key, which need not be there.
    pub(super) fn optional(&self, key: &'a str) -> Result<Option<Self>, Error> {
        self.entries()?;
        Ok(self.node.get(key).map(|node| self.part(key, node)))
    }

    pub(super) fn required(&self, key: &'a str, expected: &'static str) -> Result<Self, Error> {
        self.optional(key)?.ok_or_else(|| self.wrong(expected))
    }

    pub(super) fn text(&self) -> Result<&'a str, Error> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong("a string")),
        }
    }

    pub(super) fn optional_text(&self, key: &'a str) -> Result<Option<&'a str>, Error> {
        self.optional(key)?.map(|value| value.text()).transpose()
    }

    pub(super) fn items(&self) -> Result<Vec<Self>, Error> {
        let Value::List(list) = &self.node.value else {
            return Err(self.wrong("a list"));
        };
        let items = list.items.iter().map(|item| self.part(self.key, item));
        Ok(items.collect())
    }

    /// The items of a list, which need not be there.
    pub(super) fn optional_items(&self, key: &'a str) -> Result<Vec<Self>, Error> {
        self.optional(key)?
            .map_or(Ok(Vec::new()), |list| list.items())
    }

    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, Error> {
        let Value::Table(table) = &self.node.value else {
            return Err(self.wrong("a table of keys and values"));
        };
        let entries = table.entries.iter();
        let present = entries.filter(|entry| !matches!(entry.node.value, Value::Null));
        let named = present.map(|entry| (entry.key.as_str(), self.part(&entry.key, &entry.node)));
        Ok(named.collect())
    }

    fn part(&self, key: &'a str, node: &'a Node) -> Self {
        Self { key, node, ..*self }
    }
}
