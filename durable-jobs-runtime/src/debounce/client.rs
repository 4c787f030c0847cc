//! Calls debounce jobs.

use super::{
    Added, AddedMany, Cleared, DeadBatches, DeadLetter, Debounce, DebounceCall, DebounceStatus,
    FlushRecord, Flushed, NewEvent, Reset, Which,
};
use crate::{
    ClientError, JobEvent, JobState,
    line::{Reply, client_type},
    wire::{AnswerType, Call, Json, StateSnapshot, Status, Terminated},
};

client_type! {
    /// Calls the instances of one debounce job. The attribute names it `{Job}Client`; clones are cheap.
    DebounceClient: Debounce
}

impl<J: Debounce> DebounceClient<J> {
    /// Adds an event to the batch of an instance, which is created by its first one.
    ///
    /// The event is durable when this answers; no flush is waited for.
    pub async fn add(&self, id: &str, event: J::Event) -> Result<Added, ClientError> {
        self.add_event(id, None, event)?.await.map(the_only)
    }

    /// Like [`add`](Self::add), for an event that has an id of its own: its repetition within the
    /// `dedup_window` is answered `duplicate` and left out. Safe to repeat when the outcome is unknown.
    pub async fn add_once(
        &self,
        id: &str,
        event_id: &str,
        event: J::Event,
    ) -> Result<Added, ClientError> {
        self.add_event(id, Some(event_id), event)?
            .await
            .map(the_only)
    }

    fn add_event<'a>(
        &'a self,
        id: &'a str,
        event_id: Option<&str>,
        event: J::Event,
    ) -> Result<Reply<'a, AddedMany>, ClientError> {
        let event = self.new_event(id, event_id, &event)?;
        Ok(self.ask(id, DebounceCall::Add { event }))
    }

    /// Adds several events in one commit: all of them, or none.
    pub async fn add_many(
        &self,
        id: &str,
        events: impl IntoIterator<Item = J::Event>,
    ) -> Result<AddedMany, ClientError> {
        let events: Result<_, _> = events
            .into_iter()
            .map(|event| self.new_event(id, None, &event))
            .collect();
        self.ask(id, DebounceCall::AddMany { events: events? })
            .await
    }

    /// Like [`add_many`](Self::add_many), for events that have ids of their own.
    pub async fn add_many_once<E: AsRef<str>>(
        &self,
        id: &str,
        events: impl IntoIterator<Item = (E, J::Event)>,
    ) -> Result<AddedMany, ClientError> {
        let events: Result<_, _> = events
            .into_iter()
            .map(|(event_id, event)| self.new_event(id, Some(event_id.as_ref()), &event))
            .collect();
        self.ask(id, DebounceCall::AddMany { events: events? })
            .await
    }

    fn new_event(
        &self,
        id: &str,
        event_id: Option<&str>,
        event: &J::Event,
    ) -> Result<NewEvent, ClientError> {
        let event = Json(self.line.encode(id, J::Event::CODEC, event)?);
        Ok(NewEvent {
            event,
            event_id: event_id.map(Into::into),
        })
    }

    /// Flushes what has been added so far, and answers after `execute`. Of a batch that failed and waits
    /// or is parked, tries that one, from the first attempt.
    pub async fn flush(&self, id: &str) -> Result<Flushed, ClientError> {
        self.ask(id, DebounceCall::Flush).await
    }

    /// Goes on after having been parked: the failed batch is tried again at once. Answers the status.
    pub async fn resume(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, DebounceCall::Resume).await
    }

    /// Throws away every event that is not being flushed at this moment.
    pub async fn clear(&self, id: &str) -> Result<Cleared, ClientError> {
        self.ask(id, DebounceCall::Clear).await
    }

    /// Like [`clear`](Self::clear), and begins anew in all else that comes of events: what was kept of flushed batches
    /// and the event ids that have come are forgotten. Counters, history and dead letters stay.
    pub async fn reset(&self, id: &str) -> Result<Reset, ClientError> {
        self.ask(id, DebounceCall::Reset).await
    }

    /// Batches that were set aside, at most `limit` of them, the oldest first.
    pub async fn dead_letters(&self, id: &str, limit: u32) -> Result<Vec<DeadLetter>, ClientError> {
        self.ask(id, DebounceCall::DeadLetters { limit }).await
    }

    /// Has dead letters flushed again, each as a batch of its own and for the reason `manual`, before the batch that
    /// collects. Answers when that is stored; the flushes are not waited for.
    pub async fn retry_dead(
        &self,
        id: &str,
        which: impl Into<Which>,
    ) -> Result<DeadBatches, ClientError> {
        let which = which.into();
        self.ask(id, DebounceCall::RetryDead { which }).await
    }

    /// Deletes dead letters with their events.
    pub async fn purge_dead(
        &self,
        id: &str,
        which: impl Into<Which>,
    ) -> Result<DeadBatches, ClientError> {
        let which = which.into();
        self.ask(id, DebounceCall::PurgeDead { which }).await
    }

    /// The last flushes that have ended, at most `limit` of them and as many as the job's `history` says, the newest
    /// first.
    pub async fn flush_history(
        &self,
        id: &str,
        limit: u32,
    ) -> Result<Vec<FlushRecord>, ClientError> {
        let entries: Vec<Json> = self.ask(id, DebounceCall::FlushHistory { limit }).await?;
        let decode = |entry: &Json| {
            self.line
                .decode(id, <FlushRecord as JobState>::CODEC, &entry.0)
        };
        entries.iter().map(decode).collect()
    }

    /// Events that no successful flush has taken yet.
    pub async fn size(&self, id: &str) -> Result<u64, ClientError> {
        Ok(self.status(id).await?.event_count)
    }

    /// Deletes the instance with its events. A flush that is out is dropped. The id can be used again at once.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<Terminated, ClientError> {
        self.ask(
            id,
            DebounceCall::Terminate {
                reason: reason.to_owned(),
            },
        )
        .await
    }

    /// What the instance does now; also during a flush.
    pub async fn status(&self, id: &str) -> Result<DebounceStatus, ClientError> {
        self.ask(id, DebounceCall::Status).await
    }

    /// The batch that collects now, folded so far; without one, the batch that failed and waits. `None`
    /// when there is neither.
    pub async fn state(&self, id: &str) -> Result<Option<J>, ClientError> {
        let snapshot: Option<StateSnapshot> = self.ask(id, DebounceCall::State).await?;
        snapshot
            .map(|snapshot| self.line.decode(id, J::CODEC, &snapshot.state.0))
            .transpose()
    }

    fn ask<'a, T: AnswerType>(&'a self, id: &'a str, call: DebounceCall) -> Reply<'a, T> {
        self.line.ask(id, Call::of(call))
    }
}

/// What became of the event of a call that has added one.
fn the_only(added: AddedMany) -> Added {
    let AddedMany {
        created,
        event_count,
        will_flush_at,
        duplicates,
        updated,
        skipped,
        dropped,
    } = added;
    Added {
        created,
        event_count,
        will_flush_at,
        duplicate: duplicates + updated > 0,
        updated: updated > 0,
        skipped: skipped > 0,
        dropped,
    }
}
