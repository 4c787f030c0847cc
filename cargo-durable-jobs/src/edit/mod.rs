//! Additions to the text of a document. What stands there stays as it is, to the byte.

mod block;
mod push;
mod tree;

use std::{fmt, ops::Range};

pub(crate) use tree::{Part, Tree};

use crate::document::{Document, Format, Layout, Node, Value};
use tree::Spread;

/// A change to a text: what a human would have to write where, and the same in bytes.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) place: Place,
    pub(crate) lines: String,
    splices: Vec<Splice>,
}

/// Where lines belong.
#[derive(Debug)]
pub(crate) enum Place {
    /// Anywhere after what there is.
    End,
    /// Among the keys above the first table.
    Top,
    /// Within the outermost braces.
    Outermost,
    /// Within the brackets or braces of this key, which open in this line.
    Within(String, usize),
    /// Instead of what is in this line.
    Instead(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => write!(f, "add"),
            Self::Top => write!(f, "add above the first table"),
            Self::Outermost => write!(f, "add within the outermost braces"),
            Self::Within(key, line) => write!(f, "add to `{key}` (line {line})"),
            Self::Instead(line) => write!(f, "write in line {line}"),
        }
    }
}

/// Bytes that give way to others; an addition replaces none.
#[derive(Debug)]
struct Splice {
    range: Range<usize>,
    text: String,
}

impl Splice {
    fn at(at: usize, text: impl Into<String>) -> Self {
        Self {
            range: at..at,
            text: text.into(),
        }
    }
}

impl Edit {
    /// The text of the document after the change.
    pub(crate) fn apply(&self, document: &Document) -> String {
        let text = document.text();
        let mut edited = document.mark().to_owned();
        let mut from = 0;
        for Splice { range, text: added } in &self.splices {
            edited.push_str(&text[from..range.start]);
            edited.push_str(added);
            from = range.end;
        }
        edited.push_str(&text[from..]);
        edited
    }
}

/// Puts a value in the place of another one.
pub(crate) fn replace(document: &Document, node: &Node, key: &str, value: &Tree) -> Edit {
    let format = document.format();
    let text = value.render(format, &Spread::Line);
    Edit {
        place: Place::Instead(document.line(node.span.start)),
        lines: tree::assign(format, key, &text),
        splices: vec![Splice {
            range: node.span.clone(),
            text,
        }],
    }
}

/// Adds parts to the list or table at a path, which is made if it is not there. Nothing if something of another
/// kind stands on the way.
pub(crate) fn insert(document: &Document, path: &[String], parts: Vec<Part>) -> Option<Edit> {
    let (node, rest) = deepest(document, path);
    let layout = node.layout()?;
    match (layout, rest) {
        (Layout::Sections | Layout::Dotted, _) => Some(block::add(document, node, path, &parts)),
        (_, [first, rest @ ..]) => {
            let value = tree::nest(rest, tree::collect(parts));
            let part = Part::Entry(first.clone(), value);
            let known = &path[..path.len() - rest.len() - 1];
            Some(within(document, node, known, &[part]))
        }
        (_, []) => Some(within(document, node, path, &parts)),
    }
}

/// The text of a new document: keys, and one table.
pub(crate) fn outline(format: Format, keys: &[Part], table: (&str, &Tree)) -> String {
    let (name, value) = table;
    match format {
        Format::Toml => block::outline(keys, name, value),
        Format::Jsonc => push::outline(keys, name, value),
    }
}

/// The node at the longest part of a path that is there, and the part that is not.
fn deepest<'a, 'p>(document: &'a Document, path: &'p [String]) -> (&'a Node, &'p [String]) {
    let (mut node, mut rest) = (document.root(), path);
    while let [first, others @ ..] = rest {
        let Some(next) = node.get(first) else { break };
        (node, rest) = (next, others);
    }
    (node, rest)
}

fn within(document: &Document, node: &Node, path: &[String], parts: &[Part]) -> Edit {
    let format = document.format();
    let unit = push::unit(document);
    let spread = Spread::Lines {
        indent: "",
        unit: &unit,
        ending: "\n",
    };
    let lines: Vec<String> = parts
        .iter()
        .map(|part| part.render(format, &spread))
        .collect();
    Edit {
        place: match path {
            [] => Place::Outermost,
            path => Place::Within(path.join("."), document.line(node.span.start)),
        },
        lines: lines.join(",\n"),
        splices: push::push(document, node, parts),
    }
}

impl Node {
    fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }
}
