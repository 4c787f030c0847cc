//! One run of workerd, from the moment it listens.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, PipeReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{WorkerdError, config, log::Log};

/// A busy machine may need seconds.
const MOST_TO_START: Duration = Duration::from_secs(60);
const MOST_TO_STOP: Duration = Duration::from_secs(15);

/// A socket of the configuration and the port it got.
type Listening = (String, u16);

#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Closed by the end of the process.
    listening: Receiver<Listening>,
    printing: Vec<JoinHandle<()>>,
}

/// Where a running workerd is reached.
#[derive(Clone, Debug)]
pub(crate) struct Urls {
    pub(crate) worker: String,
    pub(crate) control: String,
}

impl Process {
    /// Starts it and waits until all of its sockets listen.
    pub(crate) fn start(
        program: &Path,
        config: &Path,
        log: &Log,
    ) -> Result<(Self, Urls), WorkerdError> {
        let mut process = Self::spawn(program, config, log)?;
        match process.urls() {
            Ok(urls) => Ok((process, urls)),
            Err(reason) => {
                process.kill()?;
                Err(WorkerdError::while_trying(
                    format!("workerd {reason}"),
                    log.text(),
                ))
            }
        }
    }

    /// It tells its ports through its standard input: a pipe that this side reads, which needs no unsafe code to pass on.
    fn spawn(program: &Path, config: &Path, log: &Log) -> Result<Self, WorkerdError> {
        let (reports, reporter) = io::pipe()?;
        let mut child = Command::new(program)
            .args(["serve", "--experimental", "--control-fd=0"])
            .arg(config)
            .stdin(reporter)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| WorkerdError::while_trying(program.display(), error))?;
        let output = child.stdout.take().map(|pipe| log.follow(pipe));
        let errors = child.stderr.take().map(|pipe| log.follow(pipe));
        Ok(Self {
            child,
            listening: listen(reports),
            printing: output.into_iter().chain(errors).collect(),
        })
    }

    fn urls(&self) -> Result<Urls, &'static str> {
        let mut ports = BTreeMap::new();
        loop {
            if let (Some(worker), Some(control)) =
                (ports.get(config::WORKER), ports.get(config::CONTROL))
            {
                return Ok(Urls {
                    worker: url(*worker),
                    control: url(*control),
                });
            }
            let (socket, port) = self.listening.recv_timeout(MOST_TO_START).map_err(cause)?;
            ports.insert(socket, port);
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<(), WorkerdError> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .map_err(|error| WorkerdError::while_trying("SIGTERM", error))?;
        let ended = matches!(
            self.listening.recv_timeout(MOST_TO_STOP),
            Err(RecvTimeoutError::Disconnected)
        );
        self.kill()?;
        match ended {
            true => Ok(()),
            false => Err(WorkerdError::new(format!(
                "workerd did not end within {MOST_TO_STOP:?} of SIGTERM, and was killed"
            ))),
        }
    }

    /// Ends it as a crash would, and waits until it is gone and its last words are in the log.
    pub(crate) fn kill(&mut self) -> Result<(), WorkerdError> {
        self.child.kill()?;
        self.child.wait()?;
        for thread in self.printing.drain(..) {
            let _ = thread.join();
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn cause(error: RecvTimeoutError) -> &'static str {
    match error {
        RecvTimeoutError::Disconnected => "ended before it listened",
        RecvTimeoutError::Timeout => "did not listen in time",
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pipe cannot be read with a time limit"
)]
fn listen(reports: PipeReader) -> Receiver<Listening> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(reports).lines().map_while(Result::ok) {
            if let Some(listening) = parse(&line) {
                // Nobody listens once the ports are known; reading goes on, because the end of the pipe is the end of the process.
                let _ = sender.send(listening);
            }
        }
    });
    receiver
}

fn parse(line: &str) -> Option<Listening> {
    let report: Value = serde_json::from_str(line).ok()?;
    let socket = report.get("socket")?.as_str()?;
    let port = u16::try_from(report.get("port")?.as_u64()?).ok()?;
    Some((socket.to_owned(), port))
}
