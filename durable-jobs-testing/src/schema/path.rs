//! Where in a value something is.

use std::fmt;

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A field, a key, or a variant of an enum.
    Key(String),
    /// Any value of a map.
    EveryKey,
    /// A place in a tuple or a list.
    Index(usize),
    /// Any item of a list.
    EveryItem,
}

/// The way from a value to a part of it, such as `lines[].price`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(super) fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// Whether `self`, a path of some value, is what `pattern`, a path of a type, speaks of.
    pub(super) fn matches(&self, pattern: &Self) -> bool {
        self.0.len() == pattern.0.len() && self.0.iter().zip(&pattern.0).all(step_matches)
    }

    /// Reads what [`Display`](fmt::Display) has written.
    pub(super) fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        if text != WHOLE {
            for part in text.split('.') {
                let (key, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
                match key {
                    "" => {}
                    "*" => steps.push(Step::EveryKey),
                    key => steps.push(Step::Key(key.to_owned())),
                }
                while let Some((index, after)) = rest
                    .strip_prefix('[')
                    .and_then(|inner| inner.split_once(']'))
                {
                    steps.push(index.parse().map_or(Step::EveryItem, Step::Index));
                    rest = after;
                }
            }
        }
        Self(steps)
    }
}

/// How the whole value is called.
const WHOLE: &str = "(itself)";

fn step_matches((step, pattern): (&Step, &Step)) -> bool {
    match pattern {
        Step::EveryKey => matches!(step, Step::Key(_) | Step::EveryKey),
        Step::EveryItem => matches!(step, Step::Index(_) | Step::EveryItem),
        exact => step == exact,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(WHOLE);
        }
        for (place, step) in self.0.iter().enumerate() {
            let dot = if place == 0 { "" } else { "." };
            match step {
                Step::Key(key) => write!(f, "{dot}{key}")?,
                Step::EveryKey => write!(f, "{dot}*")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::EveryItem => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}
