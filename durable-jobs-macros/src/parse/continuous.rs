//! The keys that only `#[continuous]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText, SizeText, Switch, Text};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) every: Option<Keyed<DurationText>>,
    pub(crate) cron: Option<Keyed<Text>>,
    pub(crate) timezone: Option<Keyed<Text>>,
    pub(crate) start_immediately: Option<Keyed<Switch>>,
    pub(crate) missed: Option<Keyed<Text>>,
    pub(crate) max_catch_up: Option<Keyed<Count>>,
    pub(crate) delay: Option<Keyed<Text>>,
    pub(crate) jitter: Option<Keyed<DurationText>>,
    pub(crate) max_consecutive_failures: Option<Keyed<Count>>,
    pub(crate) on_recovery: Option<Keyed<Text>>,
    pub(crate) history: Option<Keyed<Count>>,
    pub(crate) retain: Option<Keyed<DurationText>>,
    pub(crate) max_state_size: Option<Keyed<SizeText>>,
}
