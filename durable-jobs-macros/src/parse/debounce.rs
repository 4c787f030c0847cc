//! The keys that only `#[debounce]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText, SizeText};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) flush_after: Option<Keyed<DurationText>>,
    pub(crate) max_events: Option<Keyed<Count>>,
    pub(crate) max_bytes: Option<Keyed<SizeText>>,
    pub(crate) max_buffered: Option<Keyed<Count>>,
    pub(crate) dedup_window: Option<Keyed<DurationText>>,
}
