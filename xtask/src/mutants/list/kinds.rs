//! Queues, rate limiters and semaphores.

use super::{Change, LIMITS, Mutant, QUEUE};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "a token bucket gives one permit too many",
        promise: "limits",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/rate_limit/token_bucket.rs",
            from: "        self.set(limit, from + of_permits(limit, permits));",
            to: "        self.set(limit, from + of_permits(limit, permits.saturating_sub(1).max(1)));",
        }],
        suites: LIMITS,
    },
    Mutant {
        name: "an expired lease still counts",
        promise: "limits",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/semaphore/held.rs",
            from: r#"        self.expires_at > now
"#,
            to: r#"        self.expires_at > now || self.permits > 0
"#,
        }],
        suites: LIMITS,
    },
    Mutant {
        name: "who has waited longest is served last",
        promise: "limits",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/semaphore/line.rs",
            from: "        self.0.push_back(place);",
            to: "        self.0.push_front(place);",
        }],
        suites: LIMITS,
    },
    Mutant {
        name: "a permit is not stored",
        promise: "limits",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/semaphore/held.rs",
            from: r#"        out.write(put(Collection::Permit, fence, &held));
        match self.place"#,
            to: r#"        let _ = &out;
        match self.place"#,
        }],
        suites: LIMITS,
    },
    Mutant {
        name: "a partition runs one message too many",
        promise: "exclusive",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/queue/lanes.rs",
            from: "        if self.out >= limit {",
            to: "        if self.out > limit {",
        }],
        suites: QUEUE,
    },
    Mutant {
        name: "a message is passed by its successor",
        promise: "nothing is lost",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/queue/lanes.rs",
            from: "            Some(head) => Some(head).filter(|head| self.ready.contains(head)),",
            to: "            Some(_) => self.ready.first().copied(),",
        }],
        suites: QUEUE,
    },
    Mutant {
        name: "a message that fails for good is deleted",
        promise: "nothing is lost",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/queue/attempts.rs",
            from: r#"        out.write(dead.put());
"#,
            to: "",
        }],
        suites: QUEUE,
    },
    Mutant {
        name: "a message that was cut off is forgotten",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/queue/attempts.rs",
            from: r#"            self.follow(message, cause, verdict, moment.now, out);
        }"#,
            to: r#"            let _ = (message, cause, verdict);
        }"#,
        }],
        suites: QUEUE,
    },
];
