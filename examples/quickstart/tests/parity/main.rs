//! The same library behind both programs: whoever calls them, and whoever they call, sees the same.
//!
//! One scenario is played to the embedded program and to the Worker in real workerd. Compared is what the client was
//! answered and what the services were asked, but for times, ids and keys.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hosts;
#[expect(dead_code, reason = "of a running program less is needed here")]
#[path = "../program/process.rs"]
mod process;
mod scenario;
mod seen;
mod services;

use hosts::{Embedded, Worker};
use scenario::Played;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_and_the_services_see_the_same() {
    let (embedded, worker) = tokio::join!(
        scenario::play::<Embedded>(scenario::everything),
        scenario::play::<Worker>(scenario::everything),
    );
    let Played { answers, asked } = &embedded;
    assert_eq!(asked["token endpoint"].len(), 4, "{asked:#?}");
    assert_eq!(asked["contact Zoë/1"].len(), 2, "{asked:#?}");
    assert_eq!(asked["contact busy"].len(), 2, "{asked:#?}");
    assert_eq!(asked["order paid"].len(), 4, "{asked:#?}");
    assert_eq!(asked["order forgotten"].len(), 1, "{asked:#?}");
    assert!(answers.iter().any(|answer| answer.status == 409));
    scenario::assert_alike(&embedded, &worker);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_happens_alike() {
    let (embedded, worker) = tokio::join!(
        scenario::play::<Embedded>(scenario::killed),
        scenario::play::<Worker>(scenario::killed),
    );
    assert_eq!(embedded.asked["contact ada"].len(), 2, "{embedded:#?}");
    assert_eq!(embedded.asked["order mine"].len(), 4, "{embedded:#?}");
    scenario::assert_alike(&embedded, &worker);
}
