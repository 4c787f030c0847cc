//! The keys that only `#[continuous]` takes.

use darling::FromMeta;

use super::value::{DurationText, Switch, Text};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) every: Option<Keyed<DurationText>>,
    pub(crate) cron: Option<Keyed<Text>>,
    pub(crate) timezone: Option<Keyed<Text>>,
    pub(crate) start_immediately: Option<Keyed<Switch>>,
}
