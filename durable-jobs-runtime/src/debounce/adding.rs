//! One call that adds events: they are folded first, and stored once all of them have been.

use std::{any::TypeId, cell::Cell, sync::Arc};

use super::{
    Debounce, EventContext, NewEvent, OnDuplicate, ReducerAction,
    batch::{Batch, FoldError, Kept, decode_event, fold, fold_all},
};
use crate::{
    Timestamp,
    core::debounce::{Adding, Base, Fate, Room},
    driver::caught,
};

/// An event that has come, before it is folded.
pub(super) struct Incoming<E> {
    event: E,
    kept: Kept,
}

impl<E> Incoming<E> {
    pub(super) fn event_id(&self) -> Option<Arc<str>> {
        self.kept.context.event_id.clone()
    }
}

/// Decodes an event that has come. Its id is the caller's, or else the one that the job finds in it.
pub(super) fn read<J: Debounce>(
    new: NewEvent,
    now: Timestamp,
) -> Result<Incoming<J::Event>, FoldError> {
    let (json, version) = (new.event.0, J::SPEC.version);
    let event = decode_event::<J>(&json, version).map_err(FoldError::Invalid)?;
    let event_id = match new.event_id {
        Some(id) => Some(id),
        None => {
            let found = caught(|| J::event_id(&event)).map_err(FoldError::Rejected)?;
            found.map(Arc::from)
        }
    };
    let context = EventContext {
        event_id,
        arrived_at: now,
    };
    let kept = Kept {
        sequence: 0,
        event: json,
        context,
        version,
    };
    Ok(Incoming { event, kept })
}

/// A batch as it will be with the events of a call.
pub(super) struct Draft<J> {
    pub(super) fold: J,
    /// Events to be appended.
    pub(super) appended: Vec<Folded>,
    /// Events that take the place of one of the batch, each with that place, in order.
    pub(super) replaced: Vec<(usize, Folded)>,
    /// Why events were left out.
    pub(super) skipped: Vec<Arc<str>>,
}

/// An event that has been folded.
pub(super) struct Folded {
    pub(super) kept: Kept,
    /// Whether the job wants the batch flushed because of it.
    pub(super) flushes: bool,
}

/// Folds the events of one call onto a batch that is left as it is, but for its fold, which is taken out.
pub(super) struct Drafter<'a, J> {
    base: Option<&'a Base>,
    /// The events that stay.
    before: Arc<Vec<Kept>>,
    /// How many of the oldest do not.
    without: usize,
    draft: Draft<J>,
    /// Whether events have changed that the fold has seen.
    outdated: bool,
    watch: &'a mut FlushWatch,
}

impl<'a, J: Debounce> Drafter<'a, J> {
    pub(super) fn begin(
        open: &mut Batch<J>,
        base: Option<&'a Base>,
        room: Room,
        watch: &'a mut FlushWatch,
    ) -> Result<Self, FoldError> {
        let before = match room {
            Room::NextBatch => Arc::default(),
            _ => Arc::clone(&open.events),
        };
        let without = match room {
            Room::WithoutOldest(count) => usize::try_from(count).unwrap_or(usize::MAX),
            _ => 0,
        };
        let fold = match room {
            Room::Enough => open.take_fold(base)?,
            _ => fold_all(base, before.iter().skip(without))?,
        };
        let draft = Draft {
            fold,
            appended: Vec::new(),
            replaced: Vec::new(),
            skipped: Vec::new(),
        };
        Ok(Self {
            base,
            before,
            without,
            draft,
            outdated: false,
            watch,
        })
    }

    /// Folds all events, or none of them.
    pub(super) fn fold(
        mut self,
        events: Vec<Incoming<J::Event>>,
        adding: &mut Adding,
    ) -> Result<Draft<J>, FoldError> {
        self.draft.appended.reserve_exact(events.len());
        for (index, incoming) in events.into_iter().enumerate() {
            match adding.fates.get(index) {
                Some(Fate::New) => self.append(incoming)?,
                Some(Fate::Repeated) if self.replace(&incoming) => adding.updated += 1,
                Some(Fate::Repeated) => adding.duplicates += 1,
                Some(Fate::Dropped) | None => {}
            }
        }
        self.bring_up_to_date()?;
        for (_, replaced) in &mut self.draft.replaced {
            replaced.flushes = self.watch.flushes(&self.draft.fold, &replaced.kept)?;
        }
        adding.skipped = self.draft.skipped.len() as u64;
        Ok(self.draft)
    }

    fn append(&mut self, incoming: Incoming<J::Event>) -> Result<(), FoldError> {
        self.bring_up_to_date()?;
        let Incoming { event, kept } = incoming;
        match fold(&mut self.draft.fold, event, &kept) {
            Ok(()) => {
                let flushes = self.watch.flushes(&self.draft.fold, &kept)?;
                self.draft.appended.push(Folded { kept, flushes });
                Ok(())
            }
            Err(error) => self.skip(error, &kept),
        }
    }

    /// Leaves an event out that does not fold, if the job says so.
    fn skip(&mut self, error: FoldError, kept: &Kept) -> Result<(), FoldError> {
        let FoldError::Rejected(error) = error else {
            return Err(error);
        };
        let event = kept.decode::<J>()?;
        let action = caught(|| J::on_reducer_error(&error, &event)).map_err(FoldError::Rejected)?;
        match action {
            ReducerAction::Reject => Err(FoldError::Rejected(error)),
            ReducerAction::Skip => {
                self.draft.skipped.push(error.to_string().into());
                self.outdated = true;
                Ok(())
            }
        }
    }

    /// Puts an event in the place of the one that it repeats, if the job wants that and it is still there.
    fn replace(&mut self, incoming: &Incoming<J::Event>) -> bool {
        if J::SPEC.on_duplicate != OnDuplicate::Update {
            return false;
        }
        let new = &incoming.kept;
        let repeats = |kept: &Kept| kept.context.event_id == new.context.event_id;
        let mut appended = self.draft.appended.iter_mut();
        if let Some(folded) = appended.find(|folded| repeats(&folded.kept)) {
            folded.kept.event = Arc::clone(&new.event);
        } else if let Some(place) = self.before.iter().skip(self.without).position(repeats) {
            let place = place + self.without;
            let Some(replaced) = self.before.get(place) else {
                return false;
            };
            // The event changes; its place and its arrival stay.
            let kept = Kept {
                event: Arc::clone(&new.event),
                version: new.version,
                ..replaced.clone()
            };
            let flushes = false;
            self.put_in_place(place, Folded { kept, flushes });
        } else {
            return false;
        }
        self.outdated = true;
        true
    }

    fn put_in_place(&mut self, place: usize, folded: Folded) {
        let replaced = &mut self.draft.replaced;
        let at = replaced.partition_point(|(other, _)| *other < place);
        match replaced.get_mut(at).filter(|(other, _)| *other == place) {
            Some((_, earlier)) => *earlier = folded,
            None => replaced.insert(at, (place, folded)),
        }
    }

    /// Makes the fold anew, if events have changed that it has seen.
    fn bring_up_to_date(&mut self) -> Result<(), FoldError> {
        if !std::mem::take(&mut self.outdated) {
            return Ok(());
        }
        let Draft {
            appended, replaced, ..
        } = &self.draft;
        let as_it_is = |(place, kept)| {
            let known = replaced.binary_search_by_key(&place, |(place, _)| *place);
            let new = known.ok().and_then(|known| replaced.get(known));
            new.map_or(kept, |(_, folded)| &folded.kept)
        };
        let before = self
            .before
            .iter()
            .enumerate()
            .skip(self.without)
            .map(as_it_is);
        let after = appended.iter().map(|folded| &folded.kept);
        self.draft.fold = fold_all(self.base, before.chain(after))?;
        Ok(())
    }
}

thread_local! {
    /// The job whose `flush_on` was found to be the provided one.
    static PROVIDED: Cell<Option<TypeId>> = const { Cell::new(None) };
}

/// To be called by the provided `flush_on` of a job.
pub(super) fn flush_on_is_provided<J: 'static>() {
    PROVIDED.set(Some(TypeId::of::<J>()));
}

/// Asks `flush_on`, which needs a second event because `on_event` has consumed the first: events of jobs that have
/// no `flush_on` of their own are not decoded twice for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FlushWatch {
    /// It is not known yet whether the job has one.
    #[default]
    Unknown,
    /// It has none.
    Off,
}

impl FlushWatch {
    fn flushes<J: Debounce>(&mut self, job: &J, kept: &Kept) -> Result<bool, FoldError> {
        if *self == Self::Off {
            return Ok(false);
        }
        let event = kept.decode::<J>()?;
        PROVIDED.set(None);
        let flushes = caught(|| job.flush_on(&event)).map_err(FoldError::Rejected)?;
        if PROVIDED.get() == Some(TypeId::of::<J>()) {
            *self = Self::Off;
        }
        Ok(flushes)
    }
}
