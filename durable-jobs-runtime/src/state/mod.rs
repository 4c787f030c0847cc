//! How states and events are stored: JSON text, with the field named when it does not decode.

mod path;
mod unknown;

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

pub(crate) use self::unknown::Unknown;
use crate::{JobResult, driver::caught, json};

/// A type that can be stored as a job's state: `Serialize + DeserializeOwned + 'static`.
///
/// It is implemented for every such type; derive `serde::Serialize` and `serde::Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as job state",
    label = "the host saves this value between runs",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to `{Self}`"
)]
// serde's traits are no supertraits: rustc would name each of them in an error of its own.
pub trait JobState: Sized + 'static {
    /// How the state becomes text and back.
    #[doc(hidden)]
    const CODEC: Codec<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> JobState for T {
    const CODEC: Codec<Self> = Codec::json();
}

/// A type that can be sent to a job as an event: `Serialize + DeserializeOwned + 'static`.
///
/// It is implemented for every such type; derive `serde::Serialize` and `serde::Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as an event",
    label = "events are stored until they are handled",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to `{Self}`"
)]
pub trait JobEvent: Sized + 'static {
    /// How the event becomes text and back.
    #[doc(hidden)]
    const CODEC: Codec<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> JobEvent for T {
    const CODEC: Codec<Self> = Codec::json();
}

/// How values of one type become JSON text and back.
#[doc(hidden)]
#[derive(Debug)]
pub struct Codec<T> {
    encode: fn(&T) -> Result<Arc<str>, CodecError>,
    decode: fn(&str) -> Result<T, CodecError>,
}

impl<T: Serialize + DeserializeOwned> Codec<T> {
    const fn json() -> Self {
        Self {
            encode: encode::<T>,
            decode: decode::<T>,
        }
    }
}

impl<T> Codec<T> {
    pub(crate) fn encode(&self, value: &T) -> Result<Arc<str>, CodecError> {
        (self.encode)(value)
    }

    pub(crate) fn decode(&self, json: &str) -> Result<T, CodecError> {
        (self.decode)(json)
    }

    /// What the type knows of a text: decodes it and encodes it again.
    pub(crate) fn rewrite(&self, json: &str) -> Option<Arc<str>> {
        self.encode(&self.decode(json).ok()?).ok()
    }

    /// Decodes a value that is there as JSON. By way of its text, and not of that of its `Display`: no second decoder and
    /// no second encoder are compiled for it.
    pub(crate) fn decode_value(&self, value: &serde_json::Value) -> Result<T, CodecError> {
        self.decode(&encode(value)?)
    }
}

/// Why a value could not be encoded or decoded: the field, where one is known, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodecError {
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
}

impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(f, "field `{field}`: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Arc<str>, CodecError> {
    let mut json = Vec::with_capacity(json::USUAL_BYTES);
    let written = serde_json::to_writer(&mut json, value);
    text(written, &json)
}

fn text(written: serde_json::Result<()>, json: &[u8]) -> Result<Arc<str>, CodecError> {
    let failed = |reason: String| CodecError {
        field: None,
        reason,
    };
    written.map_err(|error| failed(error.to_string()))?;
    let json = std::str::from_utf8(json).map_err(|error| failed(error.to_string()))?;
    Ok(json.into())
}

pub(crate) fn decode<T: DeserializeOwned>(json: &str) -> Result<T, CodecError> {
    serde_json::from_str(json).map_err(|error| CodecError {
        field: missing_field(&error).or_else(|| path::path_of(json, &error)),
        reason: error.to_string(),
    })
}

/// serde reports a missing field at its parent; its name stands only in the message.
fn missing_field(error: &serde_json::Error) -> Option<String> {
    let message = error.to_string();
    let rest = message.strip_prefix("missing field `")?;
    rest.split('`').next().map(str::to_owned)
}

impl std::error::Error for CodecError {}

/// Decodes a stored state; one of an older version goes through the job's own `migrate`.
pub(crate) fn decode_version<T: JobState>(
    json: &str,
    stored: u32,
    current: u32,
    migrate: fn(u32, serde_json::Value) -> JobResult<T>,
) -> Result<T, CodecError> {
    if stored == current {
        return T::CODEC.decode(json);
    }
    let migrated = caught(|| migrate(stored, decode(json)?)).and_then(|result| result);
    migrated.map_err(|error| CodecError {
        field: None,
        reason: format!("migrating it from version {stored} to {current}: {error}"),
    })
}

/// A stored state as the present version of the job sees it, if an older one has stored it.
pub(crate) fn migrated<T: JobState>(
    stored: Option<(&Arc<str>, u32)>,
    current: u32,
    migrate: fn(u32, serde_json::Value) -> JobResult<T>,
) -> Result<Option<Arc<str>>, CodecError> {
    match stored {
        Some((json, version)) if version != current => {
            let present = decode_version(json, version, current, migrate)?;
            T::CODEC.encode(&present).map(Some)
        }
        _ => Ok(None),
    }
}
