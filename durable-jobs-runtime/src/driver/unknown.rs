//! Keeps what the running code does not know of a stored state, so that rolling back to older code loses nothing.

use std::sync::Arc;

use serde_json::Value;

use super::actor::AnyActor;
use crate::{
    state::{self, Unknown},
    storage::{InstanceRow, Stored, Write},
    telemetry::Happening,
};

/// What of an instance's state its code does not know.
#[derive(Default)]
pub(super) enum Unfamiliar {
    #[default]
    Nothing,
    /// Nobody has looked yet: the state as it was stored, with its version.
    Unseen(Arc<str>, u32),
    /// It has been looked for.
    Found(Unknown),
}

impl Unfamiliar {
    pub(super) fn of(stored: Option<&Stored>) -> Self {
        let row = stored.map(|stored| &stored.row);
        match row.and_then(|row| Some((row.state.clone()?, row.state_version))) {
            Some((state, version)) => Self::Unseen(state, version),
            None => Self::Nothing,
        }
    }

    /// Adds to a state that is written what was stored beside it. Tells if the state was of another version.
    pub(super) fn keep(&mut self, write: &mut Write, actor: &dyn AnyActor) -> Option<Happening> {
        match write {
            Write::Save(row) if row.state.is_some() => self.keep_in(row, actor),
            Write::Erase => {
                *self = Self::Nothing;
                None
            }
            _ => None,
        }
    }

    #[inline(never)]
    fn keep_in(&mut self, row: &mut InstanceRow, actor: &dyn AnyActor) -> Option<Happening> {
        if let Self::Unseen(stored, version) = self {
            let (from, to) = (*version, row.state_version);
            if from != to {
                // The migration has decided what stays.
                *self = Self::Nothing;
                return Some(Happening::Migrated { from, to });
            }
            let unknown = match actor.rewrite(stored) {
                Some(known) if *known != **stored => find(stored, &known),
                _ => None,
            };
            *self = unknown.map_or(Self::Nothing, Self::Found);
        }
        if let (Self::Found(unknown), Some(state)) = (&*self, &row.state)
            && let Some(whole) = put_back(unknown, state, actor)
        {
            row.state = Some(whole);
        }
        None
    }
}

/// What there is besides what is known: mostly nothing, and then nobody looks.
#[cold]
#[inline(never)]
fn find(stored: &str, known: &str) -> Option<Unknown> {
    Unknown::find(value(stored)?, &value(known)?)
}

/// The state with what is not known of it, if the code reads that as the same: a field's former name is no field.
#[cold]
#[inline(never)]
fn put_back(unknown: &Unknown, state: &str, actor: &dyn AnyActor) -> Option<Arc<str>> {
    let known = value(state)?;
    let mut whole = known.clone();
    unknown.put_back(&mut whole);
    let whole: Arc<str> = state::encode(&whole).ok()?;
    let read = value(&actor.rewrite(&whole)?)?;
    (read == known).then_some(whole)
}

fn value(json: &str) -> Option<Value> {
    state::decode(json).ok()
}
