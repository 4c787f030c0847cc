//! Samples and shape of a type, by letting it read itself from nothing.
//!
//! A type asks its deserializer for what it wants, and this one has it all: it gives values that lie at the edge of
//! what each type can hold, shows every variant of every enum, and notes what was asked for. Where a type takes
//! anything, as tagged and flattened ones do, it goes by what they say when they refuse.

mod compound;
mod error;
mod guess;
mod node;
mod plan;

use std::cell::RefCell;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use self::{
    node::Node,
    plan::{Fill, Tracer},
};
use super::{path::Path, shape::Shape};

/// How many values are tried before a type counts as one that nobody can guess.
const MOST_TRIES: usize = 2_000;

/// What is found out about a type.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) shape: Shape,
    /// Values as they are stored, with every option there and every list with an item, each variant once; and one
    /// with nothing that may be absent.
    pub(super) samples: Vec<Value>,
    /// Why there are not more, if some could not be made.
    pub(super) failure: Option<String>,
}

/// Lets a type read itself until all its variants were seen.
pub(super) fn trace<T: Serialize + DeserializeOwned>() -> Traced {
    let tracer = RefCell::new(Tracer::new());
    let mut samples = Vec::new();
    let full = fill::<T>(&tracer, &mut samples);
    tracer.borrow_mut().fill = Fill::Bare;
    let bare = one::<T>(&tracer, &mut samples).map(drop);
    Traced {
        shape: tracer.into_inner().shape,
        samples,
        failure: full.and(bare).err(),
    }
}

fn fill<T: Serialize + DeserializeOwned>(
    tracer: &RefCell<Tracer>,
    samples: &mut Vec<Value>,
) -> Result<(), String> {
    for _ in 0..MOST_TRIES {
        if !one::<T>(tracer, samples)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Makes one sample. Says whether another one would show more.
fn one<T: Serialize + DeserializeOwned>(
    tracer: &RefCell<Tracer>,
    samples: &mut Vec<Value>,
) -> Result<bool, String> {
    let mut last = String::new();
    for _ in 0..MOST_TRIES {
        tracer.borrow_mut().begin();
        match Node::new(tracer, Path::default()).read(std::marker::PhantomData::<T>) {
            Ok(value) => {
                let sample = serde_json::to_value(value).map_err(|error| error.to_string())?;
                if !samples.contains(&sample) {
                    samples.push(sample);
                }
                return Ok(tracer.borrow_mut().keep());
            }
            Err(refused) => {
                last = refused.to_string();
                if tracer.borrow_mut().learn(&refused).is_none() {
                    break;
                }
            }
        }
    }
    Err(last)
}
