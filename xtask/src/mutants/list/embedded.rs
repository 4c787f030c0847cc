//! The host on a SQLite file.

use super::{Change, EMBEDDED, Mutant};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "a row is written without its timer",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-embedded/src/store/apply.rs",
            from: "wake_at = ?10\n",
            to: "wake_at = iif(1, wake_at, ?10)\n",
        }],
        suites: EMBEDDED,
    },
    Mutant {
        name: "timers are armed for nobody",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-embedded/src/writer/release.rs",
            from: r#"        timers.rearm(
            group
                .iter()
                .filter_map(|settled| settled.fate.as_ref().ok()?.as_ref()),
        );
"#,
            to: r#"        timers.rearm(
            group
                .iter()
                .filter_map(|settled| settled.fate.as_ref().ok()?.as_ref())
                .filter(|_| false),
        );
"#,
        }],
        suites: EMBEDDED,
    },
    Mutant {
        name: "a batch follows one that has failed",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-embedded/src/writer/group.rs",
            from: r#"        self.failed.insert(activation);
"#,
            to: r#"        let _ = activation;
"#,
        }],
        suites: EMBEDDED,
    },
    Mutant {
        name: "a bad batch spoils its group",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-embedded/src/writer/group.rs",
            from: r#"            (Err(_), _) => {
                let (former, latter) = batches.split_at(batches.len() / 2);
                self.settle(former, fates);
                self.settle(latter, fates);
            }"#,
            to: "            (Err(error), _) => self.fail(batches, &error, fates),",
        }],
        suites: EMBEDDED,
    },
];
