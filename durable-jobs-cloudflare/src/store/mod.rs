//! The rows of one object in its SQLite database.

mod answers;
mod event_ids;
mod fault;
mod instance;
mod items;
mod messages;
mod plan;
mod schema;
mod segments;

use std::time::Duration;

use durable_jobs_runtime::{
    Incarnation, StorageError, StorageFault, Timestamp,
    storage::{AnswerRow, Batch, Collection, EventRow, InstanceRow, Loaded, Stored, Write},
    wire::Status,
};
use wasm_bindgen::JsValue;

use self::{
    answers::{Answers, Kept},
    instance::{Content, Found},
    messages::Messages,
    schema::{Table, Tables},
    segments::Segments,
};
pub(crate) use self::{fault::storage_error, plan::Plan};
use crate::platform::{Sql, Statement};

/// How long an instance that has ended is still known for the repetitions of its last calls.
const GRAVE_KEPT_FOR: Duration = Duration::from_secs(5 * 60);

/// When the object wants to be woken, as its row says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Never.
    #[default]
    Never,
    /// Then.
    At(Timestamp),
    /// When the platform brings the alarm again in which a run was cut off: one is out.
    RunIsOut(Timestamp),
}

impl Wake {
    /// Whether its time has come.
    pub(crate) fn is_due(self, now: Timestamp) -> bool {
        match self {
            Self::Never => false,
            Self::At(at) | Self::RunIsOut(at) => at <= now,
        }
    }
}

/// What is known of an object's rows while it is in memory.
#[derive(Debug)]
pub(crate) struct Memory {
    tables: Tables,
    revision: u64,
    content: Known,
    wake: Wake,
    segments: Segments,
    messages: Messages,
    answers: Answers,
    identity: Option<(String, String)>,
}

/// What the object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    Instance(Incarnation),
    Grave { until: Timestamp },
}

impl Memory {
    /// Reads what there is.
    pub(crate) fn load(sql: &Sql) -> Result<(Self, Loaded), JsValue> {
        let tables = Tables::find(sql)?;
        let found = match tables.has(Table::Instance) {
            true => instance::load(sql)?,
            false => None,
        };
        let Some(found) = found else {
            return Ok((Self::empty(tables), Loaded::default()));
        };
        Self::take_up(tables, found, sql)
    }

    /// An object that has no rows.
    fn empty(tables: Tables) -> Self {
        Self {
            tables,
            revision: 0,
            content: Known::Nothing,
            wake: Wake::Never,
            segments: Segments::default(),
            messages: Messages::default(),
            answers: Answers::default(),
            identity: None,
        }
    }

    #[inline(never)]
    fn take_up(tables: Tables, found: Found, sql: &Sql) -> Result<(Self, Loaded), JsValue> {
        let mut answers = Answers::read(&found.answers);
        let mut messages = Messages::default();
        let (content, wake, stored, segments) = match found.content {
            Content::Grave { until } => {
                let content = Known::Grave { until };
                (content, Wake::At(until), None, Segments::default())
            }
            Content::Living(row) => {
                let (segments, events) = match tables.has(Table::Segment) {
                    true => Segments::load(sql, &mut answers)?,
                    false => Default::default(),
                };
                let (wake, known) = (wake_of(&row), Known::Instance(row.incarnation));
                let mut stored = Stored {
                    row: *row,
                    events,
                    event_ids: Vec::new(),
                    items: Vec::new(),
                };
                if tables.has(Table::Item) {
                    (messages, stored.items) = items::load(sql)?;
                }
                if tables.has(Table::EventId) {
                    stored.event_ids = event_ids::load(sql)?;
                }
                (known, wake, Some(stored), segments)
            }
        };
        let answer_rows = answers.rows();
        let memory = Self {
            tables,
            revision: found.revision,
            content,
            wake,
            segments,
            messages,
            answers,
            identity: Some((found.job, found.id)),
        };
        let loaded = Loaded {
            stored,
            answers: answer_rows,
        };
        Ok((memory, loaded))
    }

    /// How often the instance's row has been written.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// When the object wants to be woken.
    pub(crate) fn wake(&self) -> Wake {
        self.wake
    }

    /// The job and the id of the instance that is or was here.
    pub(crate) fn identity(&self) -> Option<(&str, &str)> {
        let (job, id) = self.identity.as_ref()?;
        Some((job, id))
    }

    /// What there is of an instance that does not exist, if none does.
    pub(crate) fn absent(&self) -> Option<Loaded> {
        (!matches!(self.content, Known::Instance(_))).then(|| Loaded {
            stored: None,
            answers: self.answers.rows(),
        })
    }

    /// Whether all that is left is an instance that has ended, long enough ago.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.content, Known::Grave { until } if until <= now)
    }

    /// What a batch writes. The memory is that of an object in which it has been written.
    pub(crate) fn plan(&mut self, batch: &Batch, now: Timestamp) -> Result<Plan, JsValue> {
        let mut plan = Plan::default();
        let mut parts = Parts::default();
        for write in &batch.writes {
            self.plan_write(write, &mut parts, now, &mut plan)?;
        }
        if self.messages.have_changed() {
            self.messages.write(&mut self.tables, &mut plan);
        }
        let answer = parts.answers.last().map(|row| Kept::new(row));
        let with_row = parts.saved.is_some() || parts.erases == Erases::Instance;
        if !with_row && !parts.appended.is_empty() {
            if let (Some(kept), Some(last)) = (&answer, parts.appended.last()) {
                self.answers.hold(last.generation, kept.clone());
            }
            self.append(&parts.appended, answer.as_ref(), &mut plan);
            return Ok(plan);
        }
        self.append(&parts.appended, None, &mut plan);
        for row in &parts.answers {
            self.answers.keep(Kept::new(row), now);
        }
        self.plan_row(batch, &parts, now, &mut plan);
        Ok(plan)
    }

    fn append(&mut self, events: &[&EventRow], answer: Option<&Kept>, plan: &mut Plan) {
        if !events.is_empty() {
            plan.need(&mut self.tables, Table::Segment);
            self.segments.append(events, answer, plan);
        }
    }

    fn plan_write<'a>(
        &mut self,
        write: &'a Write,
        parts: &mut Parts<'a>,
        now: Timestamp,
        plan: &mut Plan,
    ) -> Result<(), JsValue> {
        match write {
            Write::Save(row) => {
                // Behind an end it is what the instance leaves behind.
                parts.saved = Some(row);
                parts.erases = Erases::Nothing;
            }
            Write::AppendEvent(event) => parts.appended.push(event),
            Write::KeepAnswer(answer) => parts.answers.push(answer),
            Write::Erase => {
                parts.saved = None;
                parts.erases = Erases::Instance;
                self.plan_erase(now, plan);
            }
            seldom => return self.plan_seldom(seldom, now, plan),
        }
        Ok(())
    }

    /// Out of line, because a Worker compiles a function when it is called first, and all of it.
    #[inline(never)]
    fn plan_seldom(
        &mut self,
        write: &Write,
        now: Timestamp,
        plan: &mut Plan,
    ) -> Result<(), JsValue> {
        match write {
            Write::DeleteEvents { generation } => {
                if self.tables.has(Table::Segment) {
                    self.segments.delete(*generation, plan);
                }
                self.answers
                    .take_over(|deleted| deleted == *generation, now);
            }
            Write::ReplaceEvent(event) => self.segments.replace(event, plan),
            Write::DeleteOldestEvents {
                generation,
                through,
            } => self.segments.delete_oldest(*generation, *through, plan),
            Write::RememberEventId {
                event_id,
                expires_at,
            } => {
                event_ids::remember(event_id, *expires_at, &mut self.tables, plan);
            }
            Write::ForgetEventIds { now } => {
                event_ids::forget_expired(*now, &self.tables, plan);
            }
            Write::PutItem(item) if item.collection == Collection::Message => {
                self.messages.change(item.number, Some(&item.value));
            }
            Write::DeleteItem { collection, number } if *collection == Collection::Message => {
                self.messages.change(*number, None);
            }
            Write::PutItem(item) => items::put(item, &mut self.tables, plan),
            Write::DeleteItem { collection, number } => {
                items::delete(*collection, *number, &self.tables, plan);
            }
            _ => return Err(JsValue::from_str("this host is older than its engine")),
        }
        Ok(())
    }

    #[inline(never)]
    fn plan_erase(&mut self, now: Timestamp, plan: &mut Plan) {
        if self.tables.has(Table::Segment) {
            self.segments.delete_all(plan);
        }
        event_ids::forget_all(&self.tables, plan);
        items::delete_all(&self.tables, plan);
        self.messages.forget();
        self.answers.take_over(|_| true, now);
    }

    /// The write of the instance's row, which comes last: it is made of what the others have changed.
    #[inline(never)]
    fn plan_row(&mut self, batch: &Batch, parts: &Parts<'_>, now: Timestamp, plan: &mut Plan) {
        let revision = self.revision + 1;
        let column = self.answers.column();
        let address = &batch.address;
        let (statement, bindings): (Statement, _) = match (parts.saved, parts.erases, self.content)
        {
            (_, Erases::Instance, Known::Nothing) | (None, Erases::Nothing, _)
                if parts.answers.is_empty() =>
            {
                return;
            }
            (Some(row), Erases::Nothing, _) => {
                plan.need(&mut self.tables, Table::Instance);
                self.wake = wake_of(row);
                let known = Known::Instance(row.incarnation);
                let before = std::mem::replace(&mut self.content, known);
                let mut bindings = instance::bindings(row, revision, &column);
                if before == known {
                    (&instance::UPDATE, bindings)
                } else {
                    bindings.extend(instance::identity_bindings(address, row));
                    (&instance::SAVE, bindings)
                }
            }
            (None, Erases::Nothing, Known::Instance(_)) => {
                let bindings = vec![JsValue::from_str(&column), number(revision)];
                (&instance::KEEP_ANSWERS, bindings)
            }
            (_, Erases::Instance, _) | (None, Erases::Nothing, _) => {
                plan.need(&mut self.tables, Table::Instance);
                let until = now + GRAVE_KEPT_FOR;
                self.content = Known::Grave { until };
                self.wake = Wake::At(until);
                let bindings = instance::grave_bindings(address, until, now, revision, &column);
                (&instance::BURY, bindings)
            }
        };
        plan.expect(statement, bindings, plan::Expects::ARow);
        self.identity
            .get_or_insert_with(|| (address.job.into(), address.id.as_str().into()));
        self.revision = revision;
    }
}

/// The writes of a batch that are put together.
#[derive(Default)]
struct Parts<'a> {
    saved: Option<&'a InstanceRow>,
    appended: Vec<&'a EventRow>,
    answers: Vec<&'a AnswerRow>,
    erases: Erases,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Erases {
    #[default]
    Nothing,
    Instance,
}

fn wake_of(row: &InstanceRow) -> Wake {
    match (row.wake_at, row.status) {
        (None, _) => Wake::Never,
        (Some(at), Status::Running | Status::Flushing) => Wake::RunIsOut(at),
        (Some(at), _) => Wake::At(at),
    }
}

/// A counter as it is bound. None gets near to 2^53 in the life of an object.
fn number(count: u64) -> JsValue {
    JsValue::from_f64(count as f64)
}

/// The error of a batch that builds on one that could not be written.
pub(crate) fn after_a_failure() -> StorageError {
    let reason = "an earlier step of this instance could not be stored: repeat the call";
    StorageError::new(StorageFault::Predecessor, reason)
}
