//! The keys that only `#[task]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText, TypePath};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) timers: Option<Keyed<TypePath>>,
    pub(crate) dedup_window: Option<Keyed<DurationText>>,
    pub(crate) history: Option<Keyed<Count>>,
}
