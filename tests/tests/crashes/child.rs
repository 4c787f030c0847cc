//! This program again, as a process of its own that can be killed.

use std::{
    env,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use crate::{
    Place,
    callers::{CALLERS, Clients, PULSES},
    jobs,
};

const PLACE: &str = "DURABLE_JOBS_CRASH_PLACE";

/// The folder, in a process that was started as this test.
pub(crate) fn place() -> Option<Place> {
    env::var_os(PLACE).map(|folder| Place::new(folder.as_ref()))
}

/// The command that runs one test of this program, which finds its [`place`] then.
pub(crate) fn command(test: &str, place: &Place) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(PLACE, &place.0)
        .stdout(Stdio::null());
    command
}

/// A process that is killed when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        let ended = self.0.wait().unwrap();
        assert_eq!(
            ended.code(),
            None,
            "it ended by itself before it was killed: {ended}"
        );
    }

    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program under load, until it is killed.
pub(crate) fn load(place: &Place) -> Process {
    Process::start(&mut command("child::program_under_load", place))
}

/// Not a test of its own: what [`load`] runs.
#[test]
fn program_under_load() {
    let Some(place) = place() else { return };
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build();
    tokio.unwrap().block_on(async {
        let host = jobs::host(&place).start().await.unwrap();
        let clients = Clients::new(&host);
        for pulse in PULSES {
            clients
                .pulses
                .start(pulse, jobs::Pulse::default())
                .await
                .unwrap();
        }
        let calling: Vec<_> = CALLERS
            .map(|caller| tokio::spawn(caller.call_on(place.clone(), clients.clone())))
            .into();
        for caller in calling {
            caller.await.unwrap();
        }
    });
}

/// How many bytes of acknowledgements there are: a measure of progress that costs nothing.
pub(crate) fn progress(place: &Place) -> u64 {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let callers = CALLERS.iter();
    callers
        .map(|caller| size(&place.calls(&caller.to_string())))
        .sum()
}
