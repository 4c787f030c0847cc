//! What must hold after every crash, and in the end.

use std::collections::BTreeMap;

use durable_jobs::{Connect, Host, Status};

use crate::{
    Place,
    callers::{CALLERS, Caller, Clients, PULSES},
    effects::Effects,
    jobs::{self, SINK, SinkClient},
    rows::Rows,
    until,
};

/// The last numbers that callers were acknowledged.
pub(crate) type Acknowledged = BTreeMap<Caller, u64>;

pub(crate) fn acknowledged(place: &Place) -> Acknowledged {
    let callers = CALLERS.into_iter();
    callers
        .map(|caller| (caller, caller.acknowledged(place)))
        .collect()
}

/// Compares what is stored and what was done with what was acknowledged. The rows may know one call more of each caller,
/// whose answer was lost.
pub(crate) fn check(rows: &Rows, effects: &Effects, acknowledged: &Acknowledged) {
    for (caller, number) in acknowledged {
        let known = known(rows, effects, *caller, *number);
        let expected = *number..=*number + 1;
        assert!(
            expected.contains(&known),
            "{caller}: {known} instead of {expected:?}"
        );
    }
}

/// The last number that the program knows of, without a gap before it.
pub(crate) fn known(rows: &Rows, effects: &Effects, caller: Caller, number: u64) -> u64 {
    let id = caller.to_string();
    match caller {
        Caller::Batch(_) => {
            let flushed = effects.flushed_to.get(&id).copied().unwrap_or(0);
            let Some(held) = rows.batches.get(&id) else {
                return flushed;
            };
            let consecutive = held.windows(2).all(|pair| pair[1] == pair[0] + 1);
            assert!(consecutive, "{id} holds {held:?}");
            assert!(held[0] <= flushed + 1, "{id}: {flushed}, then {held:?}");
            held[held.len() - 1].max(flushed)
        }
        Caller::Errand(_) => rows.errands.get(&id).copied().unwrap_or(0),
        Caller::Parcel(which) => {
            let is_known = |number| {
                let stored = rows.parcels.contains(&Caller::parcel(which, number));
                stored || effects.has_parcel(caller, number)
            };
            // Most of them are long over; effects never forget.
            let missing = (1..=number).find(|number| !is_known(*number));
            assert_eq!(missing, None, "{id}: lost");
            number + u64::from(is_known(number + 1))
        }
    }
}

/// Lets the program go on until nothing is left to do, and checks that each number has had its effect, once.
pub(crate) async fn finish(place: &Place, effects: &mut Effects) {
    let host = jobs::host(place).start().await.unwrap();
    finish_on(&host, place).await;
    host.shutdown().await;
    check_finished(place, effects);
}

/// Makes the last calls, and waits until the host has nothing to do.
pub(crate) async fn finish_on(host: &Host, place: &Place) {
    let clients = Clients::new(host);
    for caller in CALLERS {
        let number = caller.acknowledged(place) + 1;
        caller.insist(&clients, number).await;
        caller.record(place).append(&number.to_string());
    }
    let mut heard = BTreeMap::new();
    for pulse in PULSES {
        heard.insert(pulse.to_owned(), last_beat(&clients, pulse).await);
    }
    for (caller, number) in acknowledged(place) {
        if let Caller::Batch(_) | Caller::Errand(_) = caller {
            heard.insert(caller.to_string(), number);
        }
    }
    until_heard(host, &heard).await;
    until_idle(&clients).await;
}

/// How often a pulse has beaten, when it has once more and does not any more.
async fn last_beat(clients: &Clients, pulse: &str) -> u64 {
    let pulses = &clients.pulses;
    pulses.start(pulse, jobs::Pulse::default()).await.unwrap();
    let beats = async || pulses.state(pulse).await.unwrap().unwrap().beats;
    let before = beats().await;
    until("its timer fires", async || beats().await > before).await;
    pulses.pause(pulse).await.unwrap();
    until("it is paused", async || {
        pulses.status(pulse).await.unwrap().status == Status::Paused
    })
    .await;
    beats().await
}

/// What must be there, and what must not, when a program has ended that had nothing to do.
pub(crate) fn check_finished(place: &Place, effects: &mut Effects) {
    effects.read();
    for (caller, number) in acknowledged(place) {
        match caller {
            Caller::Batch(_) => {
                let flushed = effects.flushed_to.get(&caller.to_string());
                assert_eq!(flushed, Some(&number), "{caller}");
            }
            Caller::Parcel(_) => {
                let lost = (1..=number).find(|number| !effects.has_parcel(caller, *number));
                assert_eq!(lost, None, "{caller}");
            }
            Caller::Errand(_) => {}
        }
    }
    let rows = Rows::read(place);
    let is_empty = rows.batches.is_empty() && rows.parcels.is_empty();
    assert!(is_empty, "{rows:?}");
}

/// Waits until every message has arrived.
async fn until_heard(host: &impl Connect, expected: &BTreeMap<String, u64>) {
    let sinks = SinkClient::new(host);
    until("all messages arrive", async || {
        let state = sinks.state(SINK).await.unwrap();
        let heard = state.map(|state| state.state.heard).unwrap_or_default();
        heard == *expected
    })
    .await;
}

/// Waits until nobody has anything to do but pulses, whatever callers have done.
pub(crate) async fn until_all_is_done(host: &Host) {
    until_idle(&Clients::new(host)).await;
}

async fn until_idle(clients: &Clients) {
    for caller in CALLERS {
        let id = caller.to_string();
        let is_idle = async || match caller {
            Caller::Batch(_) => is_over(clients.batches.status(&id).await.unwrap().status),
            Caller::Errand(_) => is_over(clients.errands.status(&id).await.unwrap().status),
            Caller::Parcel(which) => {
                let status = clients.parcels.status(&Caller::queue(which)).await.unwrap();
                assert_eq!(status.dead, 0);
                status.pending + status.in_flight + status.delayed == 0
            }
        };
        until("everybody is idle", is_idle).await;
    }
}

fn is_over(status: Status) -> bool {
    matches!(status, Status::Idle | Status::NotFound)
}

impl Effects {
    /// Those of a program from its beginning.
    pub(crate) fn of(place: &Place) -> Self {
        Self::after(place, BTreeMap::new())
    }
}

/// Checks a program that was killed, from a copy of its files. Answers the rows.
pub(crate) fn check_killed(place: &Place, copy: &std::path::Path, effects: &mut Effects) {
    effects.read();
    let rows = Rows::read(&place.copy_database(copy));
    check(&rows, effects, &acknowledged(place));
    effects.end_those_not_in(&rows.first_of_batches(), &rows.parcels);
}
