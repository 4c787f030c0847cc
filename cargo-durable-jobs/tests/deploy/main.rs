//! That the real Wrangler takes what is written, and stops where something is missing.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../project/mod.rs"]
#[expect(dead_code, reason = "most of it is for the other tests")]
mod project;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use project::{HEAD, Project};

/// Names the folder whose `bin` has Wrangler and its Node.
const TOOLS: &str = "DURABLE_JOBS_TOOLS";

/// What `worker-build` makes, as far as Wrangler looks at it.
const SCRIPT: &str = "\
import module from './index_bg.wasm';
export class Order { fetch() { return new Response(String(module)); } }
export class TokenRefresher { fetch() { return new Response('ok'); } }
export default { fetch() { return new Response('ok'); } };
";

#[test]
fn a_new_configuration_can_be_deployed() {
    let project = built();
    assert_eq!(project.write().code, Some(0));
    let told = deployed(&project, &[]);
    assert!(told.contains("env.ORDER (Order)"), "{told}");
    assert!(
        told.contains("env.TOKEN_REFRESHER (TokenRefresher)"),
        "{told}"
    );
    assert!(
        told.contains("wrangler.toml: 2 jobs, 2 bindings, storage sqlite"),
        "{told}"
    );
    assert!(!told.contains("WARNING"), "{told}");
}

#[test]
fn a_new_configuration_in_json_can_be_deployed() {
    let project = built();
    let arguments = ["wrangler", "--write", "--config", "wrangler.jsonc"];
    assert_eq!(project.run(&arguments).code, Some(0));
    let told = deployed(&project, &[]);
    assert!(
        told.contains("wrangler.jsonc: 2 jobs, 2 bindings, storage sqlite"),
        "{told}"
    );
    assert!(!told.contains("WARNING"), "{told}");
}

#[test]
fn what_is_added_to_exports_and_environments_can_be_deployed() {
    let project = built().toml(
        "
[exports.Order]
type = \"durable-object\"
storage = \"sqlite\"

[env.staging]
",
    );
    let arguments = ["wrangler", "--write", "--env", "staging"];
    assert_eq!(project.run(&arguments).code, Some(0));
    let told = deployed(&project, &["--env", "staging"]);
    assert!(told.contains("env.ORDER (Order)"), "{told}");
    assert!(!told.contains("WARNING"), "{told}");
}

#[test]
fn wrangler_stops_where_lines_are_missing() {
    let build = "worker-build --release && cargo durable-jobs wrangler --check";
    let project = built().file(
        "wrangler.toml",
        format!("{HEAD}[build]\ncommand = \"{build}\"\n"),
    );
    let output = deploy(&project, &[]);
    assert!(!output.status.success());
    let told = text(&output);
    assert!(
        told.contains("nothing creates storage for `Order` and `TokenRefresher`"),
        "{told}"
    );
    assert!(
        told.contains("new_sqlite_classes = [\"Order\", \"TokenRefresher\"]"),
        "{told}"
    );
}

fn tools() -> PathBuf {
    let tools = env::var_os(TOOLS).unwrap_or_else(|| {
        panic!("{TOOLS} is not set: run this as `cargo xtask workerd`");
    });
    PathBuf::from(tools).join("bin")
}

/// A crate whose Worker was built. Its `worker-build` has nothing left to do.
fn built() -> Project {
    let project = Project::with_jobs(&["Order", "TokenRefresher"])
        .file(
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\n",
        )
        .file("build/index.js", SCRIPT)
        .file("bin/worker-build", "#!/bin/sh\n");
    executable(&project.path("bin/worker-build"));
    project
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::{fs, os::unix::fs::PermissionsExt};
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn executable(_path: &Path) {}

fn deployed(project: &Project, arguments: &[&str]) -> String {
    let output = deploy(project, arguments);
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

fn deploy(project: &Project, arguments: &[&str]) -> Output {
    let tools = tools();
    let mut command = Command::new(tools.join("wrangler"));
    command.args(["deploy", "--dry-run"]).args(arguments);
    command
        .current_dir(project.path(""))
        .env("PATH", path(project, &tools));
    command.env_remove("CLOUDFLARE_ENV");
    let quiet = [
        ("CI", "1"),
        ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
        ("NO_COLOR", "1"),
        ("WRANGLER_SEND_METRICS", "false"),
        ("WRANGLER_HIDE_BANNER", "true"),
    ];
    command.envs(quiet);
    command.env("XDG_CONFIG_HOME", project.path("home"));
    command.output().unwrap()
}

/// First what was made for the test, then the program itself, then the tools.
fn path(project: &Project, tools: &Path) -> OsString {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-durable-jobs"));
    let first = [
        project.path("bin"),
        program.parent().unwrap().to_owned(),
        tools.to_owned(),
    ];
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.into_iter().chain(env::split_paths(&path))).unwrap()
}

fn text(output: &Output) -> String {
    let told = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&told).into_owned()
}
