//! What the program does while system calls fail, in the process in which they can: see `faults.rs`, which starts it.

use durable_jobs::{ClientError, Host, embedded::OpenError};

use crate::{
    PATIENCE, Place,
    audit::{self, acknowledged, check_finished, finish_on},
    callers::{CALLERS, Caller, Clients, PULSES},
    child::place,
    effects::Effects,
    jobs,
    rows::Rows,
    switch::{Call, Errno, Switch, Which},
};

/// Every class of system calls, and how it fails.
const FAULTS: [(Call, Errno); 12] = [
    (Call::Read, Errno::Io),
    (Call::Write, Errno::Io),
    (Call::Write, Errno::NoSpace),
    (Call::Write, Errno::OverQuota),
    (Call::Fsync, Errno::Io),
    (Call::Fsync, Errno::NoSpace),
    (Call::Truncate, Errno::Io),
    (Call::Open, Errno::Io),
    (Call::Open, Errno::TooManyFiles),
    (Call::Lock, Errno::Io),
    (Call::Lock, Errno::NoLocks),
    (Call::Map, Errno::NoMemory),
];

/// The first call fails, the second, and so on; of many, fewer and fewer.
fn places_in_line() -> impl Iterator<Item = i32> {
    std::iter::successors(Some(0), |place| Some(place + 1 + place / 3))
}

/// Tells one story for each fault.
pub(crate) fn run(mut story: impl AsyncFnMut(Call, Errno)) {
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    tokio.unwrap().block_on(async {
        for (call, errno) in FAULTS {
            let told = tokio::time::timeout(PATIENCE, story(call, errno)).await;
            assert!(told.is_ok(), "{call:?} {errno:?}: stuck");
        }
    });
}

/// The error of a call that met a fault says that it was the store.
pub(crate) fn assert_typed(error: &ClientError) {
    let typed = matches!(
        error,
        ClientError::Storage { .. } | ClientError::OutcomeUnknown { .. }
    );
    assert!(typed, "{error:?}");
}

/// Not a test of its own. The files of a program that was killed are opened while one call fails: either the host starts
/// all the same, or it says what the system said, and starts when that is over.
#[test]
fn while_it_opens() {
    let Some(killed) = place() else { return };
    let switch = Switch::find();
    run(async |call, errno| {
        let (mut tried, mut refused) = (0, 0);
        for skip in places_in_line() {
            let place = killed.copy_database(&killed.0.join("opened"));
            std::fs::copy(killed.effects(), place.effects()).unwrap();
            switch.on(call, Which::OneAfter(skip), errno);
            let opened = jobs::host(&place).start().await;
            let met = switch.off() > 0;
            match opened {
                Ok(host) => host.kill().await,
                Err(error) => {
                    assert_is_of_the_system(&error);
                    refused += 1;
                }
            }
            check_reopened(&killed, &place).await;
            if !met {
                break;
            }
            tried += 1;
        }
        eprintln!("{call:?} {errno:?}: {tried} faults while it opened, {refused} of them told");
    });
}

/// SQLite takes a sector that cannot be read for a damaged file, and one that cannot be opened for one that cannot be written.
fn assert_is_of_the_system(error: &OpenError) {
    let of_the_system = matches!(
        error,
        OpenError::Sqlite { .. }
            | OpenError::Io { .. }
            | OpenError::Corrupt { .. }
            | OpenError::ReadOnly { .. }
    );
    assert!(of_the_system, "{error:?}");
}

/// Everything acknowledged is there once nothing fails any more.
async fn check_reopened(killed: &Place, place: &Place) {
    let host = jobs::host(place).start().await.unwrap();
    host.kill().await;
    let mut effects = Effects::of(place);
    effects.read();
    audit::check(&Rows::read(place), &effects, &acknowledged(killed));
}

/// Has one number of each caller acknowledged. Answers the errors on the way.
async fn call_all(place: &Place, clients: &Clients) -> Vec<ClientError> {
    let calling = CALLERS.map(|caller| {
        let (clients, number) = (clients.clone(), caller.acknowledged(place) + 1);
        tokio::spawn(async move { (caller, number, caller.insist(&clients, number).await) })
    });
    let mut errors = Vec::new();
    for called in calling {
        let (caller, number, met) = called.await.unwrap();
        caller.record(place).append(&number.to_string());
        errors.extend(met);
    }
    errors
}

/// Starts a host that keeps nothing in memory for long, so that it has something to read.
async fn start(place: &Place) -> (Host, Clients) {
    let host = jobs::host(place).instances_in_memory(1).start();
    let host = host.await.unwrap();
    let clients = Clients::new(&host);
    for pulse in PULSES {
        let started = clients.pulses.start(pulse, jobs::Pulse::default());
        started.await.unwrap();
        clients.pulses.resume(pulse).await.unwrap();
    }
    (host, clients)
}

/// Not a test of its own. One call after the other fails while the host works: each is an error of the store or is not
/// noticed, and the repetition of a call succeeds.
#[test]
fn while_it_works() {
    let Some(place) = place() else { return };
    let (switch, mut effects) = (Switch::find(), Effects::of(&place));
    run(async |call, errno| {
        let (host, clients) = start(&place).await;
        let (mut hits, mut told) = (0, 0);
        for skip in places_in_line().take_while(|skip| *skip < 60) {
            switch.on(call, Which::OneAfter(skip), errno);
            let errors = call_all(&place, &clients).await;
            hits += switch.off();
            errors.iter().for_each(assert_typed);
            told += errors.len();
        }
        finish_on(&host, &place).await;
        host.kill().await;
        check_finished(&place, &mut effects);
        eprintln!("{call:?} {errno:?}: {hits} faults while it worked, {told} calls failed once");
    });
}

/// Not a test of its own. All calls of a class fail for a while: callers are told, and when it is over the host goes on,
/// without a restart, with all that is due.
#[test]
fn for_a_while() {
    let Some(place) = place() else { return };
    let (switch, mut effects) = (Switch::find(), Effects::of(&place));
    run(async |call, errno| {
        if call == Call::Lock {
            // SQLite waits for those, up to ten seconds for each read.
            return;
        }
        let (host, clients) = start(&place).await;
        call_all(&place, &clients).await;
        switch.on(call, Which::All, errno);
        let (mut told, mut answered) = (0, 0);
        let calling = CALLERS.map(|caller| {
            let (clients, number) = (clients.clone(), caller.acknowledged(&place) + 1);
            tokio::spawn(async move { (caller, number, caller.call(&clients, number).await) })
        });
        for called in calling {
            let (caller, number, answer) = called.await.unwrap();
            match answer {
                Ok(()) => {
                    caller.record(&place).append(&number.to_string());
                    answered += 1;
                }
                Err(error) => {
                    assert_typed(&error);
                    told += 1;
                }
            }
        }
        let hits = switch.off();
        finish_on(&host, &place).await;
        host.kill().await;
        check_finished(&place, &mut effects);
        eprintln!("{call:?} {errno:?}: {hits} faults, {told} calls failed, {answered} did not");
    });
}

/// Not a test of its own. A sync fails, its call is told that it had no effect, and then the process is killed.
#[test]
fn until_it_is_killed() {
    let Some(place) = place() else { return };
    let tokio = tokio::runtime::Runtime::new();
    tokio.unwrap().block_on(async {
        let switch = Switch::find();
        let (_host, clients) = start(&place).await;
        let caller = Caller::Errand(0);
        caller.insist(&clients, 1).await;
        caller.record(&place).append("1");
        switch.on(Call::Fsync, Which::All, Errno::Io);
        let error = caller.call(&clients, 2).await.unwrap_err();
        assert_typed(&error);
        assert!(switch.hits() > 0);
        std::process::abort();
    });
}
