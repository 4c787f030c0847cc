//! What must hold after every kill, and in the end.

use std::{collections::BTreeMap, path::Path};

use durable_jobs_runtime::wire::Status;
use durable_jobs_tests_cloudflare::{Live, until};
use durable_jobs_tests_worker::relay::SINK;

use super::{
    callers::{CALLERS, Caller, Calls, Clients, PULSES},
    effects::Effects,
    rows::Rows,
};
use crate::PATIENCE;

/// Compares what is stored and what was done with what was acknowledged. The rows may know one call more of each caller,
/// whose answer was lost.
pub(super) fn check_killed(storage: &Path, calls: &Calls, effects: &mut Effects) {
    effects.read();
    let rows = Rows::read(storage);
    for caller in CALLERS {
        let number = calls.of(caller);
        let known = known(&rows, effects, caller, number);
        let expected = number..=number + 1;
        assert!(
            expected.contains(&known),
            "{caller}: {known} instead of {expected:?}"
        );
    }
    effects.end_those_not_in(&rows);
}

/// The last number that is stored or done, without a gap before it.
fn known(rows: &Rows, effects: &Effects, caller: Caller, number: u64) -> u64 {
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
        Caller::Relay(_) => rows.relays.get(&id).copied().unwrap_or(0),
        Caller::Letter(_) | Caller::Letters(_) => {
            let is_known = |letter| rows.letters.contains(&letter) || effects.has_letter(letter);
            let letters = (1..=number).flat_map(|number| caller.letters(number));
            // Most of them are long over; effects never forget.
            let lost: Vec<u64> = letters.filter(|letter| !is_known(*letter)).collect();
            assert!(lost.is_empty(), "{id} has lost {lost:?}");
            let next: Vec<bool> = caller.letters(number + 1).map(is_known).collect();
            let is_whole = next.iter().all(|known| *known == next[0]);
            assert!(is_whole, "{id}: half of call {} is there", number + 1);
            number + u64::from(next[0])
        }
    }
}

/// Waits, without a call to those who are waited for, until each number has had its effect, and sees that it had one.
pub(super) async fn finish(live: &Live, calls: &Calls, effects: &mut Effects) {
    until(PATIENCE, "everything is done by itself", async || {
        effects.read();
        CALLERS.into_iter().all(|caller| {
            let number = calls.of(caller);
            let id = caller.to_string();
            match caller {
                Caller::Batch(_) => effects.flushed_to.get(&id) == Some(&number),
                Caller::Relay(_) => true,
                Caller::Letter(_) | Caller::Letters(_) => (1..=number)
                    .flat_map(|number| caller.letters(number))
                    .all(|letter| effects.has_letter(letter)),
            }
        })
    })
    .await;
    for pulse in PULSES {
        let before = effects.last_beat(pulse);
        until(PATIENCE, "a pulse beats by itself", async || {
            effects.read();
            effects.last_beat(pulse) > before
        })
        .await;
    }
    let clients = Clients::new(live);
    check_heard(&clients, calls).await;
    check_idle(&clients).await;
}

/// The sink hears of everything, from relays that nobody calls, and everything came in turn.
async fn check_heard(clients: &Clients, calls: &Calls) {
    let relays = CALLERS
        .into_iter()
        .filter(|caller| matches!(caller, Caller::Relay(_)));
    let expected: BTreeMap<String, u64> = relays
        .map(|caller| (caller.to_string(), calls.of(caller)))
        .collect();
    until(PATIENCE, "all messages arrive", async || {
        let sink = clients.sinks.state(SINK).await.unwrap().unwrap().state;
        assert!(sink.broken.is_empty(), "{:?}", sink.broken);
        sink.heard == expected
    })
    .await;
    for id in expected.keys() {
        let relay = clients.relays.state(id).await.unwrap().unwrap().state;
        assert!(relay.broken.is_empty(), "{id}: {:?}", relay.broken);
    }
}

async fn check_idle(clients: &Clients) {
    for caller in CALLERS {
        let id = caller.to_string();
        until(PATIENCE, "everybody is idle", async || match caller {
            Caller::Batch(_) => clients.batches.status(&id).await.unwrap().status == Status::Idle,
            Caller::Relay(_) => clients.relays.status(&id).await.unwrap().status == Status::Idle,
            Caller::Letter(which) | Caller::Letters(which) => {
                let queue = Caller::queue(which);
                let status = clients.letters.status(&queue).await.unwrap();
                assert_eq!(status.dead, 0, "{queue}");
                status.pending + status.in_flight + status.delayed == 0
            }
        })
        .await;
    }
}
