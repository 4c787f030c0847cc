//! The keys that only `#[debounce]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText, SizeText, Switch, Text};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) flush_after: Option<Keyed<DurationText>>,
    pub(crate) quiet: Option<Keyed<DurationText>>,
    pub(crate) max_wait: Option<Keyed<DurationText>>,
    pub(crate) leading: Option<Keyed<Switch>>,
    pub(crate) max_events: Option<Keyed<Count>>,
    pub(crate) max_bytes: Option<Keyed<SizeText>>,
    pub(crate) max_buffered: Option<Keyed<Count>>,
    pub(crate) overflow: Option<Keyed<Text>>,
    pub(crate) warn_at: Option<Keyed<Count>>,
    pub(crate) dedup_window: Option<Keyed<DurationText>>,
    pub(crate) on_duplicate: Option<Keyed<Text>>,
    pub(crate) after_flush: Option<Keyed<Text>>,
    pub(crate) max_dead_letters: Option<Keyed<Count>>,
    pub(crate) history: Option<Keyed<Count>>,
}
