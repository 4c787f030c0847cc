//! Values to be written, in either format.

use crate::document::Format;

/// A value to be written.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Text(String),
    List(Vec<Self>),
    Table(Vec<(String, Self)>),
}

/// Something to be added to a list or a table.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Item(Tree),
    Entry(String, Tree),
}

/// How much room a value may take.
pub(super) enum Spread<'a> {
    /// One line.
    Line,
    /// A line for each part, indented further than this.
    Lines {
        indent: &'a str,
        unit: &'a str,
        ending: &'a str,
    },
}

/// The list of items, or the table of entries.
pub(super) fn collect(parts: Vec<Part>) -> Tree {
    let mut items = Vec::new();
    let mut entries = Vec::new();
    for part in parts {
        match part {
            Part::Item(value) => items.push(value),
            Part::Entry(key, value) => entries.push((key, value)),
        }
    }
    match entries.is_empty() {
        true => Tree::List(items),
        false => Tree::Table(entries),
    }
}

/// A value under a path of keys.
pub(super) fn nest(path: &[String], value: Tree) -> Tree {
    let keys = path.iter().rev();
    keys.fold(value, |value, key| Tree::Table(vec![(key.clone(), value)]))
}

/// A key with its value.
pub(super) fn assign(format: Format, key: &str, value: &str) -> String {
    match format {
        Format::Toml => format!("{} = {value}", toml_key(key)),
        Format::Jsonc => format!("{}: {value}", json_text(key)),
    }
}

/// The path of a TOML header.
pub(super) fn toml_path<'a>(keys: impl IntoIterator<Item = &'a String>) -> String {
    let keys: Vec<String> = keys.into_iter().map(|key| toml_key(key)).collect();
    keys.join(".")
}

fn toml_key(key: &str) -> String {
    toml_edit::Key::new(key).display_repr().into_owned()
}

fn json_text(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

impl Tree {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(crate) fn table<const N: usize>(entries: [(&str, Self); N]) -> Self {
        let entries = entries.into_iter();
        Self::Table(
            entries
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }

    pub(super) fn render(&self, format: Format, spread: &Spread<'_>) -> String {
        match (format, spread) {
            (
                Format::Jsonc,
                Spread::Lines {
                    indent,
                    unit,
                    ending,
                },
            ) if self.is_nested() => {
                let inner = format!("{indent}{unit}");
                let spread = Spread::Lines {
                    indent: &inner,
                    unit,
                    ending,
                };
                let parts = self
                    .parts(format, &spread)
                    .join(&format!(",{ending}{inner}"));
                self.enclose(&format!("{ending}{inner}{parts}{ending}{indent}"))
            }
            _ => match self {
                Self::Text(text) if format == Format::Toml => {
                    toml_edit::Value::from(text.as_str()).to_string()
                }
                Self::Text(text) => json_text(text),
                Self::List(_) => self.enclose(&self.parts(format, &Spread::Line).join(", ")),
                Self::Table(_) => {
                    let parts = self.parts(format, &Spread::Line).join(", ");
                    self.enclose(&format!(" {parts} "))
                }
            },
        }
    }

    /// Whether a table is somewhere in it.
    fn is_nested(&self) -> bool {
        let is_compound = |value: &Self| value.is_nested() || matches!(value, Self::Table(_));
        match self {
            Self::Text(_) => false,
            Self::List(items) => items.iter().any(is_compound),
            Self::Table(entries) => entries.iter().any(|(_, value)| is_compound(value)),
        }
    }

    fn parts(&self, format: Format, spread: &Spread<'_>) -> Vec<String> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::List(items) => items
                .iter()
                .map(|item| item.render(format, spread))
                .collect(),
            Self::Table(entries) => {
                let entries = entries.iter();
                entries
                    .map(|(key, value)| assign(format, key, &value.render(format, spread)))
                    .collect()
            }
        }
    }

    fn enclose(&self, inner: &str) -> String {
        match self {
            Self::Table(_) => format!("{{{inner}}}"),
            Self::Text(_) | Self::List(_) => format!("[{inner}]"),
        }
    }
}

impl Part {
    pub(super) fn render(&self, format: Format, spread: &Spread<'_>) -> String {
        match self {
            Self::Item(value) => value.render(format, spread),
            Self::Entry(key, value) => assign(format, key, &value.render(format, spread)),
        }
    }
}
