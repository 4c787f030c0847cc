//! Additions between brackets or braces: a TOML array or inline table, anything in JSON.

use super::{
    Splice, Spread,
    tree::{Part, Tree},
};
use crate::document::{Document, Format, Layout, Node};

const DEFAULT_UNIT: &str = "  ";

/// By how much the document indents what is inside something else.
pub(super) fn unit(document: &Document) -> String {
    let first = document.root().parts().first().map(|(start, _)| *start);
    let unit = first.map_or("", |start| indentation(document.text(), start));
    let unit = if unit.is_empty() { DEFAULT_UNIT } else { unit };
    unit.to_owned()
}

/// Keys and a table, each in a line of its own.
pub(super) fn outline(keys: &[Part], name: &str, table: &Tree) -> String {
    let table = Part::Entry(name.to_owned(), table.clone());
    let parts = keys.iter().chain([&table]);
    let lines = parts.map(|part| {
        let part = part.render(Format::Jsonc, &Spread::Line);
        format!("{DEFAULT_UNIT}{part}")
    });
    format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
}

/// Adds parts before the closing bracket, after all comments.
pub(super) fn push(document: &Document, node: &Node, parts: &[Part]) -> Vec<Splice> {
    let text = document.text();
    let closing = node.span.end.saturating_sub(1);
    let end = text[..closing].trim_end().len();
    let style = Style::of(document, node);
    let added = style.render(document, parts);
    let last = node.parts().into_iter().map(|(_, part)| part.end()).max();
    match (last, node.layout()) {
        (None, _) => vec![Splice::at(end, style.first(&added, node))],
        (Some(_), Some(Layout::EnclosedWithComma)) => {
            vec![Splice::at(end, format!("{added},"))]
        }
        (Some(last), _) => vec![Splice::at(last, ","), Splice::at(end, added)],
    }
}

/// How the parts stand apart.
struct Style {
    ending: &'static str,
    unit: String,
    /// The indentation of a part, if each has a line of its own.
    indent: Option<String>,
}

impl Style {
    fn of(document: &Document, node: &Node) -> Self {
        let text = document.text();
        let unit = unit(document);
        let last = node.parts().into_iter().max_by_key(|(_, part)| part.end());
        let indent = match last {
            Some((start, _)) => indentation(text, start).to_owned(),
            None => format!("{}{unit}", indentation(text, node.span.end - 1)),
        };
        let many_lines = text[node.span.clone()].contains('\n');
        Self {
            ending: document.line_ending(),
            unit,
            indent: many_lines.then_some(indent),
        }
    }

    /// The parts, each after what separates it from the one before.
    fn render(&self, document: &Document, parts: &[Part]) -> String {
        let (separator, spread) = match &self.indent {
            None => (" ".to_owned(), Spread::Line),
            Some(indent) => {
                let spread = Spread::Lines {
                    indent,
                    unit: &self.unit,
                    ending: self.ending,
                };
                (format!("{}{indent}", self.ending), spread)
            }
        };
        let parts = parts.iter().map(|part| {
            let rendered = part.render(document.format(), &spread);
            format!("{separator}{rendered}")
        });
        parts.collect::<Vec<_>>().join(",")
    }

    /// The same where nothing stands before it.
    fn first(&self, added: &str, node: &Node) -> String {
        match (&self.indent, node.is_list()) {
            (Some(_), _) => added.to_owned(),
            (None, true) => added.trim_start().to_owned(),
            (None, false) => format!("{added} "),
        }
    }
}

fn indentation(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let rest = &text[line..at];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}
