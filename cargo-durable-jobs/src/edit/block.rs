//! Additions of whole TOML sections, and of keys above the first one.

use super::{
    Edit, Place, Splice, Spread,
    tree::{Part, Tree, assign, toml_path},
};
use crate::document::{Document, Format, Layout, Node};

/// Adds parts to what is, or would be, written in sections. The node is the deepest on the path that is there.
pub(super) fn add(document: &Document, node: &Node, path: &[String], parts: &[Part]) -> Edit {
    match path {
        [] => top(document, parts),
        path => sections(document, node, path, parts),
    }
}

fn top(document: &Document, parts: &[Part]) -> Edit {
    let lines = parts
        .iter()
        .map(|part| part.render(Format::Toml, &Spread::Line));
    let lines = lines.collect::<Vec<_>>().join("\n");
    let keys = document.root().parts().into_iter();
    let last = keys
        .filter_map(|(_, part)| part.end_before_sections())
        .max();
    Edit {
        place: Place::Top,
        splices: vec![match last {
            Some(last) => after_line(document, last, &format!("\n{lines}")),
            None => Splice::at(
                0,
                with_endings(document, &format!("{lines}\n{}", gap(document))),
            ),
        }],
        lines,
    }
}

/// What separates keys from what follows, if nothing does.
fn gap(document: &Document) -> &'static str {
    match document.text().trim_start_matches('\r') {
        "" => "",
        text if text.starts_with('\n') => "",
        _ => "\n",
    }
}

fn sections(document: &Document, node: &Node, path: &[String], parts: &[Part]) -> Edit {
    let sections: Vec<String> = parts.iter().map(|part| section(path, part)).collect();
    let lines = sections.join("\n\n");
    let root = std::ptr::eq(node, document.root());
    let last = match node.layout() {
        Some(Layout::Sections) if !root => node.end(),
        _ => document.text().trim_end().len(),
    };
    let begin = if last == 0 { "" } else { "\n\n" };
    Edit {
        place: Place::End,
        splices: vec![after_line(document, last, &format!("{begin}{lines}"))],
        lines,
    }
}

/// Keys, and a table in a section of its own.
pub(super) fn outline(keys: &[Part], name: &str, table: &Tree) -> String {
    let keys = keys
        .iter()
        .map(|key| key.render(Format::Toml, &Spread::Line));
    let keys: Vec<String> = keys.collect();
    let table = section(&[], &Part::Entry(name.to_owned(), table.clone()));
    format!("{}\n\n{table}\n", keys.join("\n"))
}

fn section(path: &[String], part: &Part) -> String {
    match part {
        Part::Item(value) => format!("[[{}]]{}", toml_path(path), body(value)),
        Part::Entry(key, value) => {
            format!("[{}]{}", toml_path(path.iter().chain([key])), body(value))
        }
    }
}

fn body(value: &Tree) -> String {
    let Tree::Table(entries) = value else {
        return String::new();
    };
    let lines = entries.iter().map(|(key, value)| {
        let value = value.render(Format::Toml, &Spread::Line);
        format!("\n{}", assign(Format::Toml, key, &value))
    });
    lines.collect()
}

/// Adds text at the end of the line in which a byte is; the last line gets the ending that it may lack.
fn after_line(document: &Document, at: usize, added: &str) -> Splice {
    let text = document.text();
    let added = with_endings(document, added);
    match text[at..].find('\n') {
        Some(length) => {
            let line = text[..at + length].trim_end_matches('\r');
            Splice::at(line.len().max(at), added)
        }
        None => Splice::at(text.len(), format!("{added}{}", document.line_ending())),
    }
}

fn with_endings(document: &Document, text: &str) -> String {
    text.replace('\n', document.line_ending())
}
