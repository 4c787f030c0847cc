//! What decides, and what carries out what is decided.

use super::{CORE, Change, Mutant};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "the next slot is not set",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/continuous/slots.rs",
            from: "            Next::Scheduled | Next::Stop { .. } => self.schedule_next_slot(spec, address, now),",
            to: "            Next::Scheduled | Next::Stop { .. } => {}",
        }],
        suites: CORE,
    },
    Mutant {
        name: "slots are counted from the end of a run",
        promise: "time",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/continuous/slots.rs",
            from: "        let last = self.last_slot.unwrap_or(now);",
            to: "        let last = now;",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a retry is not armed",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/life.rs",
            from: r#"                self.timers.set(Wake::Retry, *at);
                let retrying"#,
            to: "                let retrying",
        }],
        suites: CORE,
    },
    Mutant {
        name: "an attempt that is out has no timer",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/life.rs",
            from: r#"        self.timers.set(Wake::Recovery, now);
        Some(token)"#,
            to: "        Some(token)",
        }],
        suites: CORE,
    },
    Mutant {
        name: "an attempt is not counted",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/run.rs",
            from: "        self.attempt = self.attempt.saturating_add(1);",
            to: "",
        }],
        suites: CORE,
    },
    Mutant {
        name: "one attempt more than allowed",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/run.rs",
            from: "self.failures >= policy.max_attempts()",
            to: "self.failures > policy.max_attempts()",
        }],
        suites: CORE,
    },
    Mutant {
        name: "interruptions have no limit",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/run.rs",
            from: "self.interruptions >= MAX_INTERRUPTIONS",
            to: "self.interruptions >= u32::MAX",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a terminal error is tried again",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/run.rs",
            from: "if failure.class == ErrorClass::Terminal {",
            to: "if false {",
        }],
        suites: CORE,
    },
    // Either guard is enough alone, so both are broken.
    Mutant {
        name: "a run that was cut off commits late",
        promise: "exclusive",
        changes: &[
            Change {
                file: "durable-jobs-runtime/src/core/run.rs",
                from: "self.open.is_some_and(|attempt| attempt.token == token)",
                to: "self.open.is_some() || token.0 > 0",
            },
            Change {
                file: "durable-jobs-runtime/src/driver/step.rs",
                from: "                Effect::Abandon => active.abandon_runs(&self.shared),",
                to: "                Effect::Abandon => {}",
            },
        ],
        suites: CORE,
    },
    Mutant {
        name: "each attempt has a key of its own",
        promise: "at least once",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/run.rs",
            from: r#"        Self::name_of(self.number)
"#,
            to: r#"        format!("{}-{}", Self::name_of(self.number), self.attempt)
"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "a parked run keeps its timers",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/life.rs",
            from: r#"        self.phase = Phase::Parked;
"#,
            to: "",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a flush deletes what came meanwhile",
        promise: "nothing is lost",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/debounce/flushes.rs",
            from: r#"        record.generation = record.generation.saturating_add(1);
"#,
            to: "",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a batch that failed for good is deleted",
        promise: "nothing is lost",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/debounce/flushes.rs",
            from: "(_, BatchFate::Kept | BatchFate::DeadLetter) => self.park(error, moment, out),",
            to: "(_, BatchFate::Kept | BatchFate::DeadLetter) => self.drop_failed(&error, moment, out),",
        }],
        suites: CORE,
    },
    Mutant {
        name: "an event that is folded is not stored",
        promise: "acknowledged means durable",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/debounce/adds.rs",
            from: r#"        out.write(Write::AppendEvent(EventRow {
            sequence,
            generation: self.open_generation(),
            arrived_at,
            event_id,
            event,
        }));
        sequence"#,
            to: r#"        let _ = (arrived_at, event_id, event);
        sequence"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "an event is dropped where there is no room",
        promise: "nothing is lost",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/debounce/adds.rs",
            from: "            Overflow::Flush | Overflow::Reject => Err(self.full()),",
            to: r#"            Overflow::Flush | Overflow::Reject => {
                let without_room = new.iter_mut().rev().take(to_usize(excess));
                without_room.for_each(|fate| **fate = Fate::Dropped);
                Ok(Room::Enough)
            }"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "event ids are not stored",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/event_ids.rs",
            from: r#"        write(Write::RememberEventId {
            event_id: Arc::clone(id),
            expires_at,
        });
"#,
            to: r#"        let _ = &mut write;
"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "event ids are forgotten at once",
        promise: "at least once",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/event_ids.rs",
            from: r#"        self.known.contains(id)
"#,
            to: r#"        self.known.contains(id) && now < Timestamp::from_millis(0)
"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "a quiet deadline is not moved",
        promise: "time",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/debounce/window.rs",
            from: r#"        let last = self.open.last_event_at;
        if last <= now"#,
            to: r#"        let last = self.open.first_event_at;
        if last <= now"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "the answer leaves before the commit",
        promise: "acknowledged means durable",
        changes: &[Change {
            file: "durable-jobs-runtime/src/driver/step.rs",
            from: r#"            self.commit(active, writes, outgoing);
        } else"#,
            to: r#"            let early = std::mem::take(&mut outgoing.replies);
            early.into_iter().for_each(|(reply, result)| reply.send(result));
            self.commit(active, writes, outgoing);
        } else"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "a read does not wait for what it has read",
        promise: "acknowledged means durable",
        changes: &[Change {
            file: "durable-jobs-runtime/src/driver/step.rs",
            from: "if !writes.is_empty() || !(outgoing.is_empty() || active.link.is_settled())",
            to: "if !writes.is_empty()",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a repeated request is taken again",
        promise: "at least once",
        changes: &[Change {
            file: "durable-jobs-runtime/src/driver/answers.rs",
            from: "        (kept.expires_at > now).then(|| match &kept.answer {",
            to: "        (kept.expires_at > now && now < Timestamp::from_millis(0)).then(|| match &kept.answer {",
        }],
        suites: CORE,
    },
    Mutant {
        name: "the answer of a request is not stored",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-runtime/src/driver/answers.rs",
            from: "        (writes || comes == Comes::Later).then(|| self.write(request, Some(answer), now))",
            to: r#"        let row = (writes || comes == Comes::Later).then(|| self.write(request, Some(answer), now));
        row.filter(|_| now < Timestamp::from_millis(0))"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "a repeated message is taken again",
        promise: "nothing is lost",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/mailbox/inbox.rs",
            from: "message.number <= sender.last",
            to: "message.number < sender.last",
        }],
        suites: CORE,
    },
    Mutant {
        name: "nobody looks after messages",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/driver/messages.rs",
            from: "        (!in_alarm).then(|| now + FIRST_LOOK_AFTER)",
            to: r#"        let _ = (in_alarm, now + FIRST_LOOK_AFTER);
        None"#,
        }],
        suites: CORE,
    },
    Mutant {
        name: "a message leaves before its commit",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/mailbox/outbox.rs",
            from: "        let (durable, messages) = (self.durable, &self.messages);",
            to: "        let (durable, messages) = (u64::MAX, &self.messages);",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a state of a newer version is read",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/life.rs",
            from: "        if row.state_version > supported {",
            to: "        if row.state_version > supported.saturating_add(1_000_000) {",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a job that writes messages is not woken",
        promise: "never stuck",
        changes: &[Change {
            file: "durable-jobs-runtime/src/driver/step.rs",
            from: "            .seal(&mut writes, active.actor.wakes_at(), now);",
            to: "            .seal(&mut writes, active.actor.wakes_at().filter(|_| false), now);",
        }],
        suites: CORE,
    },
    Mutant {
        name: "a replaced event is read as of its old version",
        promise: "one commit per step",
        changes: &[Change {
            file: "durable-jobs-runtime/src/core/debounce/adds.rs",
            from: "            adding.changes_record |= record.versions.note_one(row.sequence, version);",
            to: "            adding.changes_record |= record.versions.of(row.sequence) > version;",
        }],
        suites: CORE,
    },
];
