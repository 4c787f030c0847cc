//! A running quickstart.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Mutex,
    time::Duration,
};

use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take before the test fails: far longer than it takes.
const DEADLINE: Duration = Duration::from_secs(60);

/// A folder for one test: the jobs' file, the CRM's log, what the program prints.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The command that runs the program on the files in this folder. Its standard input is empty.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
        command
            .args(["--port", "0", "--db"])
            .arg(self.path("jobs.db"));
        command
            .arg("--crm-log")
            .arg(self.path("crm.jsonl"))
            .stdin(Stdio::null());
        command
    }

    /// Starts the program and waits until it serves.
    pub(crate) async fn start(&self) -> Process {
        self.start_with(Stdio::null()).await
    }

    /// Like `start`, with something on standard input.
    pub(crate) async fn start_with(&self, input: Stdio) -> Process {
        let mut command = self.command();
        command.stdin(input);
        self.run(command).await
    }

    /// Runs a command that was made by [`command`](Self::command) and waits until it serves.
    pub(crate) async fn run(&self, mut command: Command) -> Process {
        let output = self.path("output.txt");
        let child = command
            .stdout(File::create(&output).unwrap())
            .spawn()
            .unwrap();
        let mut process = Process {
            child: Guard(Mutex::new(child)),
            output,
            base: String::new(),
            client: client(),
        };
        let base = eventually("the program says where it serves", async || {
            process.address()
        })
        .await;
        process.base = base;
        eventually("the program answers", async || process.get("/status").await).await;
        process
    }

    /// The ids of all webhooks that the CRM has received.
    pub(crate) fn received(&self) -> BTreeSet<String> {
        let log = fs::read_to_string(self.path("crm.jsonl")).unwrap_or_default();
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .flat_map(|line| line["webhooks"].as_array().unwrap().clone())
            .map(|id| id.as_str().unwrap().to_owned())
            .collect()
    }
}

fn client() -> Client {
    Client::builder()
        .no_proxy()
        .timeout(DEADLINE)
        .build()
        .unwrap()
}

pub(crate) struct Process {
    child: Guard,
    output: PathBuf,
    pub(crate) base: String,
    client: Client,
}

/// A process that does not outlive its test.
struct Guard(Mutex<Child>);

impl Drop for Guard {
    fn drop(&mut self) {
        let mut child = self.0.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Process {
    fn address(&self) -> Option<String> {
        let output = self.printed();
        let address = output
            .lines()
            .find_map(|line| line.strip_prefix("serving:"))?;
        Some(address.trim().to_owned())
    }

    /// What the program has printed so far.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(&self.output).unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.0.lock().unwrap().id()
    }

    /// The JSON at `path`, if the program can be reached.
    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        self.ask(Method::GET, path, String::new())
            .await
            .map(|(_, json)| json)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Option<(StatusCode, Value)> {
        self.ask(Method::POST, path, body.to_string()).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: String,
    ) -> Option<(StatusCode, Value)> {
        let url = format!("{}{path}", self.base);
        let answer = self
            .client
            .request(method, url)
            .body(body)
            .send()
            .await
            .ok()?;
        let status = answer.status();
        let body = answer.text().await.ok()?;
        Some((status, serde_json::from_str(&body).ok()?))
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&self) {
        let mut child = self.child.0.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Waits for the process to end by itself.
    pub(crate) async fn ended(&self) -> ExitStatus {
        eventually("the program ends", async || {
            self.child.0.lock().unwrap().try_wait().unwrap()
        })
        .await
    }
}

/// The JSON of the last line of an output.
pub(crate) fn totals(output: &str) -> Value {
    serde_json::from_str(output.lines().last().unwrap()).unwrap()
}

/// The webhooks file that comes with the program.
pub(crate) fn shipped_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/webhooks.jsonl")
}

/// Asks again and again until there is an answer.
///
/// # Panics
///
/// When there is none before the deadline.
#[expect(
    clippy::disallowed_methods,
    reason = "a deadline, so that a test that fails also ends"
)]
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        let mut pause = tokio::time::interval(Duration::from_millis(20));
        loop {
            pause.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(DEADLINE, asking).await;
    answer.unwrap_or_else(|_| panic!("never came true: {what}"))
}
