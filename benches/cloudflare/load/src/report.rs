//! What was measured, as tables or as JSON lines.

use std::fs;

use serde::Serialize;

use crate::options::{Format, Options};

/// Throughput of jobs beside the floor's.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) name: String,
    /// Requests in a second, ours by the floor's: the median of all turns.
    pub(crate) ratio: f64,
    /// Processor time for each request, the floor's by ours: the median of all turns.
    pub(crate) cpu_ratio: f64,
    /// What the ratio should be at least.
    pub(crate) goal: f64,
    /// The share of processor time that other processes of the machine have used meanwhile.
    pub(crate) others: f64,
    pub(crate) jobs: Side,
    pub(crate) floor: Side,
}

/// One of the two.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Side {
    /// Requests in a second, in the turn with the median ratio.
    pub(crate) rate: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Processor time of workerd for each request.
    pub(crate) cpu_us: f64,
}

/// How long a first request takes beside that of a bare Worker.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cold {
    pub(crate) name: &'static str,
    /// The median of all starts.
    pub(crate) ratio: f64,
    /// What the ratio should be at most.
    pub(crate) goal: Option<f64>,
    pub(crate) jobs_ms: f64,
    pub(crate) bare_ms: f64,
}

/// Prints figures as they come.
#[derive(Debug)]
pub(crate) struct Report {
    format: Format,
    /// The heading that was printed last.
    heading: Heading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    None,
    Throughput,
    Cold,
}

impl Report {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            heading: Heading::None,
        }
    }

    pub(crate) fn begin(&self, options: &Options) {
        eprintln!("objects are stored in {}", options.folder.display());
        print_load("before");
    }

    pub(crate) fn end(&self) {
        print_load("after");
    }

    pub(crate) fn compare(&mut self, comparison: &Comparison) {
        self.print(Heading::Throughput, comparison, compared);
    }

    pub(crate) fn cold(&mut self, cold: &Cold) {
        self.print(Heading::Cold, cold, started);
    }

    fn print<T: Serialize>(&mut self, heading: Heading, figure: &T, row: fn(&T) -> String) {
        match self.format {
            Format::Table => {
                if self.heading != heading {
                    println!("{}", heading.text());
                }
                println!("{}", row(figure));
            }
            Format::Json => match serde_json::to_string(figure) {
                Ok(line) => println!("{line}"),
                Err(error) => eprintln!("a figure cannot be printed: {error}"),
            },
        }
        self.heading = heading;
    }
}

impl Heading {
    fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Throughput => format!(
                "\n{:<29}{:^21}{:^15}{:^15}{:^19}\n{:<29}{:>7}{:>7}{:>7}{:>8}{:>7}{:>8}{:>7}{:>6}{:>6}{:>7}{:>8}  goal",
                "",
                "requests/s",
                "p50 ms",
                "p99 ms",
                "CPU us/request",
                "ours beside the floor's",
                "ours",
                "floor",
                "ratio",
                "ours",
                "floor",
                "ours",
                "floor",
                "ours",
                "floor",
                "ratio",
                "others",
            ),
            Self::Cold => format!(
                "\n{:<29}{:>7}{:>7}{:>7}  goal",
                "ms beside a bare Worker's", "ours", "bare", "ratio"
            ),
        }
    }
}

fn compared(comparison: &Comparison) -> String {
    let Comparison {
        name,
        ratio,
        cpu_ratio,
        goal,
        others,
        jobs,
        floor,
    } = comparison;
    let verdict = verdict(*ratio >= *goal);
    format!(
        "{name:<29}{:>7.0}{:>7.0}{ratio:>7.2}{:>8.2}{:>7.2}{:>8.2}{:>7.2}{:>6.0}{:>6.0}{cpu_ratio:>7.2}{:>6.0} %  ratio >= {goal}: {verdict}",
        jobs.rate,
        floor.rate,
        jobs.p50_ms,
        floor.p50_ms,
        jobs.p99_ms,
        floor.p99_ms,
        jobs.cpu_us,
        floor.cpu_us,
        others * 100.0,
    )
}

fn started(cold: &Cold) -> String {
    let Cold {
        name,
        ratio,
        goal,
        jobs_ms,
        bare_ms,
    } = cold;
    let row = format!("{name:<29}{jobs_ms:>7.2}{bare_ms:>7.2}{ratio:>7.2}");
    match goal {
        Some(goal) => format!("{row}  ratio <= {goal}: {}", verdict(*ratio <= *goal)),
        None => row,
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "NOT met" }
}

/// Other work on the machine explains odd figures. Only Linux tells it this way.
fn print_load(when: &str) {
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        eprintln!("load averages {when}: {}", load.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::{Cold, Comparison, Side, compared, started};

    fn side(rate: f64, cpu_us: f64) -> Side {
        Side {
            rate,
            p50_ms: 0.5,
            p99_ms: 2.0,
            cpu_us,
        }
    }

    fn comparison(ratio: f64) -> Comparison {
        Comparison {
            name: "add_1_caller_1_object".to_owned(),
            ratio,
            cpu_ratio: 0.8,
            goal: 0.9,
            others: 0.25,
            jobs: side(900.0, 250.0),
            floor: side(1000.0, 200.0),
        }
    }

    #[test]
    fn a_row_says_whether_the_goal_is_met() {
        assert!(compared(&comparison(0.9)).ends_with("25 %  ratio >= 0.9: met"));
        assert!(compared(&comparison(0.89)).ends_with("ratio >= 0.9: NOT met"));
    }

    #[test]
    fn a_start_is_to_take_at_most_so_long() {
        let cold = Cold {
            name: "cold",
            ratio: 1.4,
            goal: Some(1.3),
            jobs_ms: 7.0,
            bare_ms: 5.0,
        };
        assert!(started(&cold).ends_with("ratio <= 1.3: NOT met"));
    }

    #[test]
    fn a_line_of_json_has_both_sides() {
        let line = serde_json::to_string(&comparison(0.9)).unwrap();
        assert!(line.contains(r#""jobs":{"rate":900.0"#), "{line}");
    }
}
