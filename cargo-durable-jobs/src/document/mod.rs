//! A configuration file as text and as a tree that is the same for TOML and JSONC and knows where it stands
//! in the text.

mod jsonc;
mod node;
mod toml;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

pub(crate) use node::{Entry, Layout, List, Node, Table, Value};

use crate::error::Error;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The language of a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Toml,
    Jsonc,
}

impl Format {
    /// Wrangler reads both `.json` and `.jsonc` as JSON with comments, and all else as TOML.
    pub(crate) fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json" | "jsonc") => Self::Jsonc,
            _ => Self::Toml,
        }
    }
}

/// A configuration file that could be parsed.
#[derive(Debug)]
pub(crate) struct Document {
    path: PathBuf,
    text: String,
    format: Format,
    root: Node,
}

impl Document {
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|source| Error::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let text = String::from_utf8(bytes).map_err(|_| Error::Unreadable {
            path: path.to_owned(),
            source: io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"),
        })?;
        Self::parse(path, text)
    }

    /// Parses the text that stands, or is to stand, at a path.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self, Error> {
        let format = Format::of(path);
        let parsed = match format {
            Format::Toml => toml::parse(unmarked(&text)),
            Format::Jsonc => jsonc::parse(unmarked(&text)),
        };
        let root = parsed.map_err(|error| Error::Syntax {
            path: path.to_owned(),
            line: line(unmarked(&text), error.at),
            message: error.message,
        })?;
        Ok(Self {
            path: path.to_owned(),
            text,
            format,
            root,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// The text that spans refer to: without the byte order mark that some editors put first.
    pub(crate) fn text(&self) -> &str {
        unmarked(&self.text)
    }

    /// The byte order mark of the file, or nothing.
    pub(crate) fn mark(&self) -> &str {
        &self.text[..self.text.len() - self.text().len()]
    }

    /// What ends a line of the file.
    pub(crate) fn line_ending(&self) -> &'static str {
        match self.text.split_once('\n') {
            Some((before, _)) if before.ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        line(self.text(), at)
    }

    /// What stands at the end of a path of keys.
    pub(crate) fn get<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        path.into_iter()
            .try_fold(&self.root, |node, key| node.get(key))
    }
}

/// Why a text is not in its format, and at which byte that shows.
#[derive(Debug)]
struct SyntaxError {
    at: usize,
    message: String,
}

fn unmarked(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    1 + before.filter(|byte| **byte == b'\n').count()
}

/// Something and the line where it stands, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

impl<T> At<T> {
    pub(crate) fn new(line: usize, value: T) -> Self {
        Self { line, value }
    }
}

impl<T: fmt::Display> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (line {})", self.value, self.line)
    }
}
