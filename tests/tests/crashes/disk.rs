//! Disks that are full.

use std::{fs, path::Path, process::Command};

use durable_jobs::{ClientError, Host};

use crate::{
    Place,
    audit::{check_finished, finish_on},
    callers::{CALLERS, Caller, Clients},
    child::{command, place},
    effects::Effects,
    jobs,
};

/// What lies on the small disk, until somebody makes room.
const BALLAST: &str = "ballast";

/// Calls until the disk is full, and answers the error of that.
async fn fill(place: Place, caller: Caller, clients: Clients) -> ClientError {
    let record = caller.record(&place);
    for number in caller.acknowledged(&place) + 1.. {
        match caller.call(&clients, number).await {
            Ok(()) => record.append(&number.to_string()),
            Err(error) => return error,
        }
    }
    unreachable!("the disk has an end")
}

fn is_told(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Storage { .. } | ClientError::OutcomeUnknown { .. }
    )
}

/// Fills the disk under a host. Callers are told, and what is stored can be read.
async fn fill_all(place: &Place, host: &Host) {
    let clients = Clients::new(host);
    let filling = CALLERS.map(|caller| tokio::spawn(fill(place.clone(), caller, clients.clone())));
    for told in filling {
        let told = told.await.unwrap();
        assert!(is_told(&told), "{told:?}");
    }
    let caller = Caller::Errand(0);
    // One whose attempt was cut off cannot be taken up without a write, and says so.
    match clients.errands.state(&caller.to_string()).await {
        Ok(state) => assert_eq!(state.unwrap().state.last, caller.acknowledged(place)),
        Err(error) => assert!(is_told(&error), "{error:?}"),
    }
}

fn run(story: impl Future<Output = ()>) {
    let tokio = tokio::runtime::Runtime::new();
    tokio.unwrap().block_on(story);
}

/// Not a test of its own. When there is room again, the host goes on.
#[test]
fn until_the_disk_is_full_and_room_is_made() {
    let Some(place) = place() else { return };
    run(async {
        let ballast = place.database().with_file_name(BALLAST);
        fs::write(&ballast, vec![0; 1 << 20]).unwrap();
        let host = jobs::host(&place).start().await.unwrap();
        fill_all(&place, &host).await;
        fs::remove_file(&ballast).unwrap();
        finish_on(&host, &place).await;
        host.kill().await;
        check_finished(&place, &mut Effects::of(&place));
    });
}

/// A command that a shell starts after a preparation.
fn prepared(mut wrapper: Command, preparation: &str, prepared: &Command) -> Command {
    wrapper
        .args(["-c", &format!("{preparation}; exec \"$@\""), "sh"])
        .arg(prepared.get_program())
        .args(prepared.get_args());
    for (name, value) in prepared.get_envs() {
        wrapper.env(name, value.unwrap_or_default());
    }
    wrapper
}

/// A shell that may mount, in a view of the file system of its own.
fn shell_that_mounts() -> Command {
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "--mount", "sh"]);
    shell
}

fn mount(on: &Path) -> String {
    let on = on.display();
    format!("set -e; mount -t tmpfs -o size=3m tmpfs '{on}'")
}

/// Where nobody may mount, the tests with failing system calls stand for this.
#[test]
fn a_full_disk_is_told_and_the_host_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    fs::create_dir(place.disk()).unwrap();
    let mount = mount(&place.disk());
    let tried = prepared(shell_that_mounts(), &mount, &Command::new("true")).output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        eprintln!("nothing can be mounted here: no small disk is tried");
        return;
    }
    let child = command("disk::until_the_disk_is_full_and_room_is_made", &place);
    let ended = prepared(shell_that_mounts(), &mount, &child).status();
    assert!(ended.unwrap().success());
}
