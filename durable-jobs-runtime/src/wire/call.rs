//! Calls: as values where they are made and where they are taken, as text in between.

use std::{any::Any, borrow::Cow, fmt, sync::Arc};

use serde_json::Result;

use super::{Json, variant::write_variant};
use crate::{
    JobKind,
    json::{self, ReadOwned, Variant, WriteJson},
};

/// A call of one instance of one job.
///
/// Clients make those of their kind and actors take them, so that no program has the encoders and decoders of kinds
/// that it has no job of.
#[derive(Clone)]
pub struct Call(Form);

#[derive(Clone)]
enum Form {
    /// As it was made, or as its job has read it.
    Value(Arc<dyn AnyCall>),
    /// As it was written: `{"kind":call}`.
    Text(Json),
}

/// The calls of one kind of job.
pub trait CallType: Any + Clone + fmt::Debug + Send + Sync + WriteJson + ReadOwned {
    /// The kind of job that it is for.
    const KIND: JobKind;

    /// Whether it changes nothing, so that it may be repeated at will.
    fn only_reads(&self) -> bool;

    /// How many bytes of states, events and messages it brings.
    fn bytes(&self) -> usize {
        0
    }

    /// Whether its caller may have to wait for other callers.
    fn stands_in_line(&self) -> bool {
        false
    }

    /// Whether nothing of it is stored before it is answered: until then it is as if it had not been made.
    fn waits_in_memory(&self) -> bool {
        false
    }
}

/// A call, whatever its kind.
trait AnyCall: Any + Send + Sync {
    fn as_json(&self) -> &dyn WriteJson;
    fn kind(&self) -> JobKind;
    fn only_reads(&self) -> bool;
    fn bytes(&self) -> usize;
    fn stands_in_line(&self) -> bool;
    fn waits_in_memory(&self) -> bool;
}

impl<T: CallType> AnyCall for T {
    fn as_json(&self) -> &dyn WriteJson {
        self
    }

    fn kind(&self) -> JobKind {
        T::KIND
    }

    fn only_reads(&self) -> bool {
        CallType::only_reads(self)
    }

    fn bytes(&self) -> usize {
        CallType::bytes(self)
    }

    fn stands_in_line(&self) -> bool {
        CallType::stands_in_line(self)
    }

    fn waits_in_memory(&self) -> bool {
        CallType::waits_in_memory(self)
    }
}

impl Call {
    /// A call as it is made.
    pub fn of<T: CallType>(call: T) -> Self {
        Self(Form::Value(Arc::new(call)))
    }

    /// A call as it was written, which only its job reads.
    pub fn from_text(text: Json) -> Self {
        Self(Form::Text(text))
    }

    /// Reads the text of a call of a kind; `None` if it is of another one.
    pub(crate) fn read<T: CallType>(text: &str) -> Result<Option<Self>> {
        let call = Variant::of(text)?.take::<T>(T::KIND.as_str())?;
        Ok(call.map(Self::of))
    }

    /// The call, if it is one of this kind that has been read.
    pub(crate) fn take<T: CallType>(self) -> Option<T> {
        let Form::Value(call) = self.0 else {
            return None;
        };
        let call: Arc<dyn Any + Send + Sync> = call;
        call.downcast().ok().map(Arc::unwrap_or_clone)
    }

    /// Its text, if nobody has read it yet.
    pub(crate) fn unread(&self) -> Option<&Json> {
        match &self.0 {
            Form::Value(_) => None,
            Form::Text(text) => Some(text),
        }
    }

    /// The call as text.
    pub(crate) fn to_text(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Value(_) => Cow::Owned(json::write(self)),
            Form::Text(text) => Cow::Borrowed(&text.0),
        }
    }

    /// The kind of job that it is for.
    pub fn kind(&self) -> JobKind {
        match &self.0 {
            Form::Value(call) => call.kind(),
            Form::Text(text) => JobKind::from_name(call_kind(text)).unwrap_or(JobKind::Task),
        }
    }

    /// Whether it changes nothing, so that it may be repeated at will.
    pub fn only_reads(&self) -> bool {
        self.value().is_some_and(AnyCall::only_reads)
    }

    /// How many bytes of states, events and messages it brings.
    pub(crate) fn bytes(&self) -> usize {
        match &self.0 {
            Form::Value(call) => call.bytes(),
            Form::Text(text) => text.0.len(),
        }
    }

    /// Whether its caller may have to wait for other callers.
    pub(crate) fn stands_in_line(&self) -> bool {
        self.value().is_some_and(AnyCall::stands_in_line)
    }

    /// Whether nothing of it is stored before it is answered: until then it is as if it had not been made.
    pub(crate) fn waits_in_memory(&self) -> bool {
        self.value().is_some_and(AnyCall::waits_in_memory)
    }

    fn value(&self) -> Option<&dyn AnyCall> {
        match &self.0 {
            Form::Value(call) => Some(&**call),
            Form::Text(_) => None,
        }
    }
}

impl WriteJson for Call {
    fn write_json(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Form::Value(call) => write_variant(out, call.kind().as_str(), call.as_json()),
            Form::Text(text) => text.write_json(out),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.kind()).finish()
    }
}

/// The name of the kind of job that a call is for, as its text says.
pub(crate) fn call_kind(call: &Json) -> &str {
    Variant::of(&call.0).map_or("", |call| call.name)
}
