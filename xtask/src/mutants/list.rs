//! What is broken, and which tests have to notice.

use super::mutant::{Mutant, Suite};

const PROMISES: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "promises"]);
const TEST_HOST: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "test_host"]);
const SIMULATION: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "simulation"]);
const MODELS: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "limits"]);
const QUEUES: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "queue_simulation"]);
const EMBEDDED_HOST: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "embedded_host"]);
const OF_EMBEDDED: Suite = Suite(&["-p", "durable-jobs-embedded"]);

const CORE: &[Suite] = &[PROMISES, TEST_HOST, SIMULATION];
const LIMITS: &[Suite] = &[MODELS, TEST_HOST];
const QUEUE: &[Suite] = &[TEST_HOST, QUEUES];
const EMBEDDED: &[Suite] = &[OF_EMBEDDED, EMBEDDED_HOST];

pub(super) const MUTANTS: [Mutant; 38] = [
    Mutant {
        name: "the next slot is not set",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/continuous/slots.rs",
        from: "            Next::Scheduled | Next::Stop { .. } => self.schedule_next_slot(spec, address, now),",
        to: "            Next::Scheduled | Next::Stop { .. } => {}",
        suites: CORE,
    },
    Mutant {
        name: "slots are counted from the end of a run",
        promise: "time",
        file: "durable-jobs-runtime/src/core/continuous/slots.rs",
        from: "        let last = self.last_slot.unwrap_or(now);",
        to: "        let last = now;",
        suites: CORE,
    },
    Mutant {
        name: "a retry is not armed",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/life.rs",
        from: r#"                self.timers.set(Wake::Retry, *at);
                let retrying"#,
        to: "                let retrying",
        suites: CORE,
    },
    Mutant {
        name: "an attempt that is out has no timer",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/life.rs",
        from: r#"        self.timers.set(Wake::Recovery, now);
        Some(token)"#,
        to: "        Some(token)",
        suites: CORE,
    },
    Mutant {
        name: "an attempt is not counted",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/run.rs",
        from: "        self.attempt = self.attempt.saturating_add(1);",
        to: "",
        suites: CORE,
    },
    Mutant {
        name: "one attempt more than allowed",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/run.rs",
        from: "self.failures >= policy.max_attempts()",
        to: "self.failures > policy.max_attempts()",
        suites: CORE,
    },
    Mutant {
        name: "interruptions have no limit",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/run.rs",
        from: "self.interruptions >= MAX_INTERRUPTIONS",
        to: "self.interruptions >= u32::MAX",
        suites: CORE,
    },
    Mutant {
        name: "a terminal error is tried again",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/run.rs",
        from: "if failure.class == ErrorClass::Terminal {",
        to: "if false {",
        suites: CORE,
    },
    Mutant {
        name: "a result is not checked for its attempt",
        promise: "exclusive",
        file: "durable-jobs-runtime/src/core/run.rs",
        from: "self.open.is_some_and(|attempt| attempt.token == token)",
        to: "self.open.is_some() || token.0 > 0",
        suites: CORE,
    },
    Mutant {
        name: "each attempt has a key of its own",
        promise: "at least once",
        file: "durable-jobs-runtime/src/core/run.rs",
        from: r#"        Self::name_of(self.number)
"#,
        to: r#"        format!("{}-{}", Self::name_of(self.number), self.attempt)
"#,
        suites: CORE,
    },
    Mutant {
        name: "a parked run keeps its timers",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/life.rs",
        from: r#"        self.phase = Phase::Parked;
"#,
        to: "",
        suites: CORE,
    },
    Mutant {
        name: "a flush deletes what came meanwhile",
        promise: "nothing is lost",
        file: "durable-jobs-runtime/src/core/debounce/flushes.rs",
        from: r#"        record.generation = record.generation.saturating_add(1);
"#,
        to: "",
        suites: CORE,
    },
    Mutant {
        name: "a batch that failed for good is deleted",
        promise: "nothing is lost",
        file: "durable-jobs-runtime/src/core/debounce/flushes.rs",
        from: "(_, BatchFate::Kept | BatchFate::DeadLetter) => self.park(error, moment, out),",
        to: "(_, BatchFate::Kept | BatchFate::DeadLetter) => self.drop_failed(&error, moment, out),",
        suites: CORE,
    },
    Mutant {
        name: "an event that is folded is not stored",
        promise: "acknowledged means durable",
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
        suites: CORE,
    },
    Mutant {
        name: "an event is dropped where there is no room",
        promise: "nothing is lost",
        file: "durable-jobs-runtime/src/core/debounce/adds.rs",
        from: "            Overflow::Flush | Overflow::Reject => Err(self.full()),",
        to: r#"            Overflow::Flush | Overflow::Reject => {
                let without_room = new.iter_mut().rev().take(to_usize(excess));
                without_room.for_each(|fate| **fate = Fate::Dropped);
                Ok(Room::Enough)
            }"#,
        suites: CORE,
    },
    Mutant {
        name: "event ids are not stored",
        promise: "one commit per step",
        file: "durable-jobs-runtime/src/core/event_ids.rs",
        from: r#"        write(Write::RememberEventId {
            event_id: Arc::clone(id),
            expires_at,
        });
"#,
        to: r#"        let _ = &mut write;
"#,
        suites: CORE,
    },
    Mutant {
        name: "event ids are forgotten at once",
        promise: "at least once",
        file: "durable-jobs-runtime/src/core/event_ids.rs",
        from: r#"        self.known.contains(id)
"#,
        to: r#"        self.known.contains(id) && now < Timestamp::from_millis(0)
"#,
        suites: CORE,
    },
    Mutant {
        name: "a quiet deadline is not moved",
        promise: "time",
        file: "durable-jobs-runtime/src/core/debounce/window.rs",
        from: r#"        let last = self.open.last_event_at;
        if last <= now"#,
        to: r#"        let last = self.open.first_event_at;
        if last <= now"#,
        suites: CORE,
    },
    Mutant {
        name: "the answer leaves before the commit",
        promise: "acknowledged means durable",
        file: "durable-jobs-runtime/src/driver/step.rs",
        from: r#"            self.commit(active, writes, outgoing);
        } else"#,
        to: r#"            let early = std::mem::take(&mut outgoing.replies);
            early.into_iter().for_each(|(reply, result)| reply.send(result));
            self.commit(active, writes, outgoing);
        } else"#,
        suites: CORE,
    },
    Mutant {
        name: "a read does not wait for what it has read",
        promise: "acknowledged means durable",
        file: "durable-jobs-runtime/src/driver/step.rs",
        from: "if !writes.is_empty() || !(outgoing.is_empty() || active.link.is_settled())",
        to: "if !writes.is_empty()",
        suites: CORE,
    },
    Mutant {
        name: "a repeated request is taken again",
        promise: "at least once",
        file: "durable-jobs-runtime/src/driver/answers.rs",
        from: "        (kept.expires_at > now).then(|| match &kept.answer {",
        to: "        (kept.expires_at > now && now < Timestamp::from_millis(0)).then(|| match &kept.answer {",
        suites: CORE,
    },
    Mutant {
        name: "the answer of a request is not stored",
        promise: "one commit per step",
        file: "durable-jobs-runtime/src/driver/answers.rs",
        from: "        (writes || comes == Comes::Later).then(|| self.write(request, Some(answer), now))",
        to: r#"        let row = (writes || comes == Comes::Later).then(|| self.write(request, Some(answer), now));
        row.filter(|_| now < Timestamp::from_millis(0))"#,
        suites: CORE,
    },
    Mutant {
        name: "a repeated message is taken again",
        promise: "nothing is lost",
        file: "durable-jobs-runtime/src/core/post/inbox.rs",
        from: "message.number <= sender.last",
        to: "message.number < sender.last",
        suites: CORE,
    },
    Mutant {
        name: "nobody looks after messages",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/driver/mail.rs",
        from: "        (!in_alarm).then(|| now + FIRST_LOOK_AFTER)",
        to: r#"        let _ = (in_alarm, now + FIRST_LOOK_AFTER);
        None"#,
        suites: CORE,
    },
    Mutant {
        name: "a message leaves before its commit",
        promise: "one commit per step",
        file: "durable-jobs-runtime/src/core/post/outbox.rs",
        from: "        let (durable, letters) = (self.durable, &self.letters);",
        to: "        let (durable, letters) = (u64::MAX, &self.letters);",
        suites: CORE,
    },
    Mutant {
        name: "a token bucket gives one permit too many",
        promise: "limits",
        file: "durable-jobs-runtime/src/core/rate_limit/token_bucket.rs",
        from: "        self.set(limit, from + of_permits(limit, permits));",
        to: "        self.set(limit, from + of_permits(limit, permits.saturating_sub(1).max(1)));",
        suites: LIMITS,
    },
    Mutant {
        name: "an expired lease still counts",
        promise: "limits",
        file: "durable-jobs-runtime/src/core/semaphore/held.rs",
        from: r#"        self.expires_at > now
"#,
        to: r#"        self.expires_at > now || self.permits > 0
"#,
        suites: LIMITS,
    },
    Mutant {
        name: "who has waited longest is served last",
        promise: "limits",
        file: "durable-jobs-runtime/src/core/semaphore/line.rs",
        from: "        self.0.push_back(place);",
        to: "        self.0.push_front(place);",
        suites: LIMITS,
    },
    Mutant {
        name: "a permit is not stored",
        promise: "limits",
        file: "durable-jobs-runtime/src/core/semaphore/held.rs",
        from: r#"        out.write(put(Collection::Permit, fence, &held));
        let (Ok"#,
        to: r#"        let _ = &out;
        let (Ok"#,
        suites: LIMITS,
    },
    Mutant {
        name: "a partition runs one message too many",
        promise: "exclusive",
        file: "durable-jobs-runtime/src/core/queue/lanes.rs",
        from: "        if self.out >= limit {",
        to: "        if self.out > limit {",
        suites: QUEUE,
    },
    Mutant {
        name: "a message is passed by its successor",
        promise: "nothing is lost",
        file: "durable-jobs-runtime/src/core/queue/lanes.rs",
        from: "            Some(head) => Some(head).filter(|head| self.ready.contains(head)),",
        to: "            Some(_) => self.ready.first().copied(),",
        suites: QUEUE,
    },
    Mutant {
        name: "a message that fails for good is deleted",
        promise: "nothing is lost",
        file: "durable-jobs-runtime/src/core/queue/attempts.rs",
        from: r#"        out.write(dead.put());
"#,
        to: "",
        suites: QUEUE,
    },
    Mutant {
        name: "a message that was cut off is forgotten",
        promise: "never stuck",
        file: "durable-jobs-runtime/src/core/queue/attempts.rs",
        from: r#"            self.follow(message, cause, verdict, moment.now, out);
        }"#,
        to: r#"            let _ = (message, cause, verdict);
        }"#,
        suites: QUEUE,
    },
    Mutant {
        name: "a state of a newer version is read",
        promise: "one commit per step",
        file: "durable-jobs-runtime/src/core/life.rs",
        from: "        if row.state_version > supported {",
        to: "        if row.state_version > supported.saturating_add(1_000_000) {",
        suites: CORE,
    },
    Mutant {
        name: "a row is written without its timer",
        promise: "one commit per step",
        file: "durable-jobs-embedded/src/store/apply.rs",
        from: "status = ?3, wake_at = ?4,",
        to: "status = ?3, wake_at = wake_at,",
        suites: EMBEDDED,
    },
    Mutant {
        name: "timers are armed for nobody",
        promise: "never stuck",
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
        suites: EMBEDDED,
    },
    Mutant {
        name: "a batch follows one that has failed",
        promise: "one commit per step",
        file: "durable-jobs-embedded/src/writer/group.rs",
        from: r#"        self.failed.insert(activation);
"#,
        to: r#"        let _ = activation;
"#,
        suites: EMBEDDED,
    },
    Mutant {
        name: "a bad batch spoils its group",
        promise: "one commit per step",
        file: "durable-jobs-embedded/src/writer/group.rs",
        from: r#"            (Err(_), _) => {
                let (former, latter) = batches.split_at(batches.len() / 2);
                self.settle(former, fates);
                self.settle(latter, fates);
            }"#,
        to: "            (Err(error), _) => self.fail(batches, &error, fates),",
        suites: EMBEDDED,
    },
];
