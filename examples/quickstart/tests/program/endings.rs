//! How the program ends.

use std::{collections::BTreeSet, fs, fs::File, process::Command};

use serde_json::Value;

use crate::process::{Folder, eventually, shipped_file, totals};

#[test]
fn after_its_time_it_ends_with_the_numbers() {
    let folder = Folder::new();
    let output = folder.command().args(["--for", "3s"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let totals = totals(&printed);
    for name in ["runs", "events", "flushes", "orders", "retries", "errors"] {
        assert!(totals[name].is_u64(), "{name} in {totals}");
    }
    assert_eq!(totals["errors"], 0, "{printed}");
}

#[test]
fn bad_options_are_named() {
    for (arguments, mistake) in [
        (["--for", "10"], "`10` has no unit"),
        (["--prot", "1"], "`--prot` is not an option"),
        (["--port", "x"], "`--port x`"),
    ] {
        let output = Folder::new().command().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.contains(mistake) && error.contains("Usage:"),
            "{error}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn a_second_process_is_told_who_has_the_file() {
    let folder = Folder::new();
    let program = folder.start().await;
    let output = folder.command().args(["--for", "1s"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains(&format!("is open in process {}", program.id())),
        "{error}"
    );
}

/// Takes the whole file, and ends in order on Ctrl-C.
#[cfg(unix)]
#[tokio::test]
async fn standard_input_is_taken_once_and_ctrl_c_loses_nothing() {
    let shipped = fs::read_to_string(shipped_file()).unwrap();
    let sent: BTreeSet<String> = shipped
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .into()
        })
        .collect();

    let folder = Folder::new();
    let program = folder
        .start_with(File::open(shipped_file()).unwrap().into())
        .await;
    eventually("every webhook is acknowledged", async || {
        let status = program.get("/status").await?;
        (status["program"]["totals"]["events"] == sent.len()).then_some(())
    })
    .await;
    let pid = program.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(program.ended().await.code(), Some(0));
    assert_eq!(
        totals(&program.printed())["orders"],
        0,
        "nothing is played beside standard input"
    );

    let _program = folder.start().await;
    eventually("the CRM has every webhook", async || {
        sent.is_subset(&folder.received()).then_some(())
    })
    .await;
}
