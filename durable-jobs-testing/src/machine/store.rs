//! Rows in memory.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use durable_jobs_runtime::{
    Address, ListQuery, Listed, StorageError, Timestamp,
    storage::{
        AnswerRow, Batch, Collection, Completion, EventRow, InstanceRow, ItemRow, Loaded, Stored,
        Write,
    },
    wire::Status,
};

/// What survives a crash, what has been submitted since, and the timers of what survives.
#[derive(Default)]
pub(crate) struct Store {
    durable: BTreeMap<Address, Rows>,
    submitted: VecDeque<Submitted>,
    armed: BTreeSet<(Timestamp, Address)>,
}

/// The rows of one instance, in any order of writing.
#[derive(Clone, Default)]
pub(crate) struct Rows {
    row: Option<InstanceRow>,
    events: Vec<EventRow>,
    event_ids: Vec<(Arc<str>, Timestamp)>,
    items: BTreeMap<(Collection, u64), Arc<str>>,
    /// What is kept beyond the instance's end.
    answers: Vec<AnswerRow>,
}

/// A batch whose fate has not been told yet.
struct Submitted {
    batch: Batch,
    completion: Completion,
    result: Result<(), StorageError>,
}

impl Store {
    pub(crate) fn submit(
        &mut self,
        batch: Batch,
        completion: Completion,
        result: Result<(), StorageError>,
    ) {
        self.submitted.push_back(Submitted {
            batch,
            completion,
            result,
        });
    }

    /// Makes the oldest submitted batch durable and hands out whom to tell.
    pub(crate) fn settle_one(
        &mut self,
        now: Timestamp,
    ) -> Option<(Completion, Result<(), StorageError>)> {
        let Submitted {
            batch,
            completion,
            result,
        } = self.submitted.pop_front()?;
        if result.is_ok() {
            self.apply(&batch, now);
        }
        Some((completion, result))
    }

    /// Forgets every submitted batch, for a machine that dies.
    pub(crate) fn take_submitted(&mut self) -> impl Iterator<Item = Completion> {
        self.submitted
            .drain(..)
            .map(|submitted| submitted.completion)
    }

    fn apply(&mut self, batch: &Batch, now: Timestamp) {
        let address = &batch.address;
        let mut rows = self.durable.remove(address).unwrap_or_default();
        let wake_before = rows.wake_at();
        batch.writes.iter().for_each(|write| rows.apply(write));
        if batch.writes.iter().any(sets_timer) {
            self.move_timer(address, wake_before, rows.wake_at());
        }
        if batch.writes.iter().any(keeps_answer) {
            rows.forget_answers(now);
        }
        if !rows.is_empty() {
            self.durable.insert(address.clone(), rows);
        }
    }

    /// An instance's rows with everything that was submitted.
    pub(crate) fn load(&self, address: &Address) -> Loaded {
        let mut rows = self.durable.get(address).cloned().unwrap_or_default();
        for Submitted { batch, result, .. } in &self.submitted {
            if batch.address == *address && result.is_ok() {
                batch.writes.iter().for_each(|write| rows.apply(write));
            }
        }
        let answers = std::mem::take(&mut rows.answers);
        Loaded {
            stored: rows.stored(),
            answers,
        }
    }

    /// What is durable of an instance.
    pub(crate) fn stored(&self, address: &Address) -> Option<Stored> {
        self.durable.get(address)?.clone().stored()
    }

    /// Instances of one job, in the order of their ids.
    pub(crate) fn list(&self, query: &ListQuery) -> Vec<Listed> {
        let after = query.after.as_deref();
        self.durable
            .iter()
            .filter(|(address, _)| address.job == query.job)
            .filter(|(address, _)| after.is_none_or(|after| address.id.as_str() > after))
            .filter_map(|(address, rows)| {
                let stored = rows.clone().stored()?;
                if stored.row.status == Status::NotFound {
                    return None;
                }
                Some(Listed::new(address.id.as_str(), &stored.row))
            })
            .filter(|listed| query.status.is_none_or(|status| listed.status == status))
            .take(query.limit as usize)
            .collect()
    }

    /// Every instance that is durable; messages that one has left behind are none.
    pub(crate) fn instances(&self) -> impl Iterator<Item = &Address> {
        let exists = |rows: &Rows| {
            let row = rows.row.as_ref();
            row.is_some_and(|row| row.status != Status::NotFound)
        };
        let existing = self.durable.iter().filter(move |(_, rows)| exists(rows));
        existing.map(|(address, _)| address)
    }

    /// Every row that is durable, with its timer.
    pub(crate) fn timers(&self) -> impl Iterator<Item = (&Address, Option<Timestamp>)> {
        self.durable
            .iter()
            .filter_map(|(address, rows)| Some((address, rows.row.as_ref()?.wake_at)))
    }

    /// Deletes what is kept for a time that has passed, as a host does when it starts.
    pub(crate) fn forget_expired(&mut self, now: Timestamp) {
        self.durable.retain(|_, rows| {
            rows.forget_answers(now);
            !rows.is_empty()
        });
    }

    fn move_timer(&mut self, address: &Address, from: Option<Timestamp>, to: Option<Timestamp>) {
        if let Some(at) = from {
            self.armed.remove(&(at, address.clone()));
        }
        if let Some(at) = to {
            self.armed.insert((at, address.clone()));
        }
    }

    /// Derives every timer from the rows, as a host does when it starts.
    pub(crate) fn rearm(&mut self) {
        let armed = self
            .timers()
            .filter_map(|(address, at)| Some((at?, address.clone())));
        self.armed = armed.collect();
    }

    /// Sets the timer of an instance as its row says.
    pub(crate) fn arm(&mut self, address: &Address) {
        let at = self.durable.get(address).and_then(Rows::wake_at);
        self.move_timer(address, None, at);
    }

    /// Sets another timer of an instance, whatever its row says.
    pub(crate) fn arm_at(&mut self, address: &Address, at: Timestamp) {
        self.move_timer(address, None, Some(at));
    }

    /// The timer that is due first; of equal ones that of the lowest address.
    pub(crate) fn first_timer(&self) -> Option<&(Timestamp, Address)> {
        self.armed.first()
    }

    pub(crate) fn take_timer(&mut self) -> Option<(Timestamp, Address)> {
        self.armed.pop_first()
    }
}

fn keeps_answer(write: &Write) -> bool {
    matches!(write, Write::KeepAnswer(_))
}

fn sets_timer(write: &Write) -> bool {
    matches!(write, Write::Save(_) | Write::Erase)
}

impl Rows {
    fn wake_at(&self) -> Option<Timestamp> {
        self.row.as_ref()?.wake_at
    }

    fn forget_answers(&mut self, now: Timestamp) {
        self.answers.retain(|answer| answer.expires_at > now);
    }

    fn is_empty(&self) -> bool {
        self.row.is_none()
            && self.events.is_empty()
            && self.event_ids.is_empty()
            && self.items.is_empty()
            && self.answers.is_empty()
    }

    fn stored(self) -> Option<Stored> {
        let Self {
            row,
            events,
            mut event_ids,
            items,
            ..
        } = self;
        event_ids.sort_by_key(|(_, expires_at)| *expires_at);
        let item = |((collection, number), value)| ItemRow {
            collection,
            number,
            value,
        };
        Some(Stored {
            row: row?,
            events,
            event_ids,
            items: items.into_iter().map(item).collect(),
        })
    }

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Save(row) => self.save(row.clone()),
            Write::AppendEvent(event) => self.events.push(event.clone()),
            Write::DeleteEvents { generation } => {
                self.events.retain(|event| event.generation != *generation);
            }
            Write::ReplaceEvent(event) => {
                let mut events = self.events.iter_mut();
                let replaced = events.find(|stored| stored.sequence == event.sequence);
                *replaced.expect("the event that is replaced is stored") = event.clone();
            }
            Write::DeleteOldestEvents {
                generation,
                through,
            } => {
                self.events
                    .retain(|event| event.generation != *generation || event.sequence > *through);
            }
            Write::RememberEventId {
                event_id,
                expires_at,
            } => {
                self.event_ids.retain(|(id, _)| id != event_id);
                self.event_ids.push((event_id.clone(), *expires_at));
            }
            Write::ForgetEventIds { now } => self.event_ids.retain(|(_, expires)| expires > now),
            Write::PutItem(item) => {
                let place = (item.collection, item.number);
                self.items.insert(place, Arc::clone(&item.value));
            }
            Write::DeleteItem { collection, number } => {
                self.items.remove(&(*collection, *number));
            }
            Write::KeepAnswer(answer) => {
                self.answers.retain(|kept| kept.request != answer.request);
                self.answers.push(answer.clone());
            }
            Write::Erase => {
                let answers = std::mem::take(&mut self.answers);
                *self = Self {
                    answers,
                    ..Self::default()
                };
            }
            other => panic!("the test host does not know how to write {other:?}"),
        }
    }

    fn save(&mut self, mut row: InstanceRow) {
        let kept = self.row.take().and_then(|row| row.state);
        row.state = row.state.or(kept);
        self.row = Some(row);
    }
}

#[cfg(test)]
mod tests {
    use durable_jobs_runtime::{continuous::ContinuousClient, wire::RequestId};

    use crate::{
        TestHost, block_on,
        conformance::{
            Program, World,
            fixtures::ticker::{LaterHourly, Ticker},
        },
    };

    async fn host() -> TestHost {
        let builder = TestHost::new(World::default().services());
        Program::First.enlist(builder).start().await.unwrap()
    }

    fn tickers(host: &TestHost, request: u64) -> ContinuousClient<Ticker<LaterHourly>> {
        ContinuousClient::new(host).with_request(RequestId::new(request))
    }

    /// How many answers are kept, whoever they are of.
    fn answers(host: &TestHost) -> usize {
        let state = host.body.machine.lock();
        let rows = state.store.durable.values();
        rows.map(|rows| rows.answers.len()).sum()
    }

    #[test]
    fn expired_answers_go_when_another_is_kept() {
        block_on(async {
            let host = host().await;
            tickers(&host, 1).start("a", Ticker::from(0)).await.unwrap();
            host.advance("4m").await;
            tickers(&host, 2).pause("a").await.unwrap();
            assert_eq!(answers(&host), 2);
            host.advance("1m").await;
            tickers(&host, 3).resume("a").await.unwrap();
            assert_eq!(answers(&host), 2);
        });
    }

    #[test]
    fn expired_answers_go_at_the_start() {
        block_on(async {
            let host = host().await;
            tickers(&host, 1).start("a", Ticker::from(0)).await.unwrap();
            tickers(&host, 2).terminate("a", "done").await.unwrap();
            host.restart().await.unwrap();
            assert_eq!(answers(&host), 2);
            host.advance("5m").await;
            host.restart().await.unwrap();
            assert!(host.body.machine.lock().store.durable.is_empty());
        });
    }

    #[test]
    fn what_has_only_answers_is_no_instance() {
        block_on(async {
            let host = host().await;
            tickers(&host, 1).start("a", Ticker::from(0)).await.unwrap();
            tickers(&host, 2).terminate("a", "done").await.unwrap();
            assert_eq!(answers(&host), 2);
            assert_eq!(host.instances(), []);
        });
    }
}
