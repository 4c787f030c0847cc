//! What was measured, as a table or as JSON lines.

use std::fs;

use serde::Serialize;

use crate::options::Format;

/// What a figure should reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    RatioAtLeast(f64),
    RatioAtMost(f64),
    ValueBelow(f64),
    ValueAtLeast(f64),
}

/// One measured figure beside its limit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) limit: Option<f64>,
    pub(crate) ratio: Option<f64>,
    #[serde(skip)]
    pub(crate) goal: Option<Goal>,
    #[serde(skip)]
    pub(crate) note: String,
}

impl Figure {
    /// A figure that stands alone.
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            limit: None,
            ratio: None,
            goal: None,
            note: String::new(),
        }
    }

    pub(crate) fn beside(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self.ratio = Some(self.value / limit);
        self
    }

    pub(crate) fn goal(mut self, goal: impl Into<Option<Goal>>) -> Self {
        self.goal = goal.into();
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn verdict(&self) -> String {
        let ratio = self.ratio.unwrap_or(f64::NAN);
        let (goal, is_met) = match self.goal {
            None => return String::new(),
            Some(Goal::RatioAtLeast(least)) => (format!("ratio >= {least}"), ratio >= least),
            Some(Goal::RatioAtMost(most)) => (format!("ratio <= {most}"), ratio <= most),
            Some(Goal::ValueBelow(bound)) => {
                (format!("< {bound} {}", self.unit), self.value < bound)
            }
            Some(Goal::ValueAtLeast(least)) => {
                (format!(">= {least} {}", self.unit), self.value >= least)
            }
        };
        format!("{goal}: {}", if is_met { "met" } else { "NOT met" })
    }
}

/// Prints figures as they come.
pub(crate) struct Report {
    format: Format,
}

impl Report {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    pub(crate) fn begin(&self) {
        print_load("before");
        if self.format == Format::Table {
            let (name, value, unit, limit, ratio) = ("name", "value", "unit", "limit", "ratio");
            println!("{name:<36} {value:>10} {unit:<7} {limit:>10} {ratio:>6}  goal");
        }
    }

    pub(crate) fn add(&mut self, figure: &Figure) {
        match self.format {
            Format::Table => println!("{}", row(figure)),
            Format::Json => match serde_json::to_string(figure) {
                Ok(line) => println!("{line}"),
                Err(error) => eprintln!("{}: {error}", figure.name),
            },
        }
    }

    pub(crate) fn end(&self) {
        print_load("after");
    }
}

fn row(figure: &Figure) -> String {
    let Figure {
        name,
        value,
        unit,
        note,
        ..
    } = figure;
    let limit = figure.limit.map_or_else(String::new, short);
    let ratio = figure
        .ratio
        .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let (value, verdict) = (short(*value), figure.verdict());
    let row =
        format!("{name:<36} {value:>10} {unit:<7} {limit:>10} {ratio:>6}  {verdict:<22} {note}");
    row.trim_end().to_owned()
}

/// Three digits say all that a shared machine can tell.
fn short(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 100.0 => format!("{value:.0}"),
        magnitude if magnitude >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Other work on the machine explains odd figures. Only Linux tells it this way.
fn print_load(when: &str) {
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        eprintln!("load averages {when}: {}", load.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, Goal, row};

    #[test]
    fn a_row_says_whether_the_goal_is_met() {
        let figure = Figure::new("add", 40.0, "/s").beside(100.0);
        let goal = |least| row(&figure.clone().goal(Goal::RatioAtLeast(least)));
        assert!(goal(0.4).ends_with("0.40  ratio >= 0.4: met"));
        assert!(goal(0.5).ends_with("0.40  ratio >= 0.5: NOT met"));
    }

    #[test]
    fn a_line_of_json_has_the_five_documented_keys() {
        let figure = Figure::new("memory", 30.0, "MB").note("left out");
        let line = serde_json::to_string(&figure).unwrap();
        let expected = r#"{"name":"memory","value":30.0,"unit":"MB","limit":null,"ratio":null}"#;
        assert_eq!(line, expected);
    }
}
