//! One job of each kind, and what a deployment makes of some of them.

mod account;
mod cart;
mod limits;
mod parcel;
mod pulse;

use durable_jobs_testing::{TestHost, TestHostBuilder};

pub(crate) use self::{
    account::{Account, BOOKS, Clerk, ClerkOrder, Entry},
    cart::{Cart, CartTwo, Line},
    limits::{Desk, Gate},
    parcel::{Lane, Parcel},
    pulse::{Pulse, PulseTwo},
};
use crate::office::Office;

/// Which program is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    First,
    /// With another schedule, and with states and events of version 2.
    Second,
    /// The first one after the second.
    RolledBack,
}

impl Program {
    pub(crate) fn builder(self, office: &Office) -> TestHostBuilder<Office> {
        let builder = TestHost::new(office.clone())
            .job::<Account>()
            .job::<Clerk>()
            .job::<Parcel>()
            .job::<Lane>()
            .job::<Gate>()
            .job::<Desk>();
        match self {
            Self::First | Self::RolledBack => builder.job::<Pulse>().job::<Cart>(),
            Self::Second => builder.job::<PulseTwo>().job::<CartTwo>(),
        }
    }
}
