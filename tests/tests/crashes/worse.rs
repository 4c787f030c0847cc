//! What the program does while things are worse than one system call that fails: see `faults.rs`, which starts it.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use durable_jobs::{ClientError, Host};

use crate::{
    Place,
    audit::{check_finished, finish_on},
    callers::{CALLERS, Caller, Clients, PULSES},
    child::place,
    effects::Effects,
    jobs,
    sweeps::{assert_typed, run},
    switch::{Call, Errno, Switch, Which},
    until,
};

/// Makes one call of each caller, one after the other, and notes those that are acknowledged. Answers how many were told
/// of a fault.
async fn call_each(place: &Place, clients: &Clients, callers: &[Caller]) -> u32 {
    let mut told = 0;
    for caller in callers {
        let number = caller.acknowledged(place) + 1;
        match caller.call(clients, number).await {
            Ok(()) => caller.record(place).append(&number.to_string()),
            Err(error) => {
                assert_typed(&error);
                told += 1;
            }
        }
    }
    told
}

/// When nothing fails any more everything gets done, by the same host.
async fn check_goes_on(place: &Place, host: Host, effects: &mut Effects) {
    let pulses = Clients::new(&host).pulses;
    for pulse in PULSES {
        pulses.start(pulse, jobs::Pulse::default()).await.unwrap();
        // The story before this one has paused it.
        pulses.resume(pulse).await.unwrap();
    }
    finish_on(&host, place).await;
    host.kill().await;
    check_finished(place, effects);
}

/// Not a test of its own. After a sync that failed the log is copied to the file and emptied before anything else is
/// written. What that needs fails, too, for a while.
#[test]
fn while_it_recovers() {
    let Some(place) = place() else { return };
    let (switch, mut effects) = (Switch::find(), Effects::of(&place));
    run(async |call, errno| {
        if call == Call::Lock {
            // See `without_locks`.
            return;
        }
        let host = jobs::host(&place).start().await.unwrap();
        let clients = Clients::new(&host);
        switch.on(Call::Fsync, Which::All, Errno::Io);
        let first = [Caller::Errand(0)];
        assert_eq!(call_each(&place, &clients, &first).await, 1);
        switch.on(call, Which::All, errno);
        let told = call_each(&place, &clients, &CALLERS).await;
        let hits = switch.off();
        // A host that works opens and maps nothing: it has its files.
        if let Call::Write | Call::Fsync | Call::Truncate = call {
            assert!(hits > 0, "{call:?} is not needed to recover");
        }
        check_goes_on(&place, host, &mut effects).await;
        eprintln!("{call:?} {errno:?}: {hits} faults while it recovered, {told} calls failed");
    });
}

/// Not a test of its own. No lock can be had for a while. SQLite waits for it, up to ten seconds, and then says so.
#[test]
fn without_locks() {
    let Some(place) = place() else { return };
    let (switch, mut effects) = (Switch::find(), Effects::of(&place));
    run(async |call, errno| {
        if (call, errno) != (Call::Lock, Errno::NoLocks) {
            return;
        }
        let host = jobs::host(&place).start().await.unwrap();
        let clients = Clients::new(&host);
        switch.on(call, Which::All, errno);
        let told = call_each(&place, &clients, &[Caller::Errand(0)]).await;
        let hits = switch.off();
        assert!(hits > 0);
        check_goes_on(&place, host, &mut effects).await;
        eprintln!("{call:?} {errno:?}: {hits} faults, {told} calls failed");
    });
}

/// How many calls may wait for their answers.
const ROOM: usize = 16;

/// How many are made at once.
const AT_ONCE: u64 = 64;

/// Calls the queues and no caller that others know of.
const CALLER: Caller = Caller::Parcel(9);

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), ClientError>> + 'a>>;

/// Not a test of its own. The disk does not answer. As many calls wait as may, the others are told at once, and when it
/// answers again those that have waited are acknowledged.
#[test]
fn while_the_disk_hangs() {
    let Some(place) = place() else { return };
    let tokio = tokio::runtime::Runtime::new();
    tokio.unwrap().block_on(async {
        let host = jobs::host(&place).max_calls(ROOM).start().await.unwrap();
        let (switch, clients) = (Switch::find(), Clients::new(&host));
        switch.on(Call::Fsync, Which::All, Errno::Hangs);
        let (mut waiting, mut refused) = (Vec::<Answer<'_>>::new(), Vec::new());
        for number in 1..=AT_ONCE {
            let mut call: Answer<'_> = Box::pin(CALLER.call(&clients, number));
            match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Pending => waiting.push(call),
                Poll::Ready(Err(ClientError::Overloaded { .. })) => refused.push(number),
                Poll::Ready(other) => panic!("{number}: {other:?}"),
            }
        }
        assert_eq!((waiting.len(), refused.len()), (16, 48));
        until("the disk hangs", async || switch.hits() > 0).await;
        switch.off();
        for call in waiting {
            call.await.unwrap();
        }
        for number in refused {
            CALLER.insist(&clients, number).await;
        }
        let mut effects = Effects::of(&place);
        check_goes_on(&place, host, &mut effects).await;
        let lost = (1..=AT_ONCE).find(|number| !effects.has_parcel(CALLER, *number));
        assert_eq!(lost, None);
    });
}
