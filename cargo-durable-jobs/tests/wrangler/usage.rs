//! The command line.

use expect_test::expect;

use crate::project::{ORDER, Project};

#[test]
fn it_runs_as_a_subcommand_of_cargo() {
    let project = Project::with_jobs(&["Order"]).toml(ORDER);
    let ran = project.run(&["durable-jobs", "wrangler", "--check"]);
    ran.right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}

#[test]
fn help_is_the_reference() {
    let project = Project::empty();
    for arguments in [
        &["--help"][..],
        &["wrangler", "--help"],
        &["durable-jobs"],
        &[],
    ] {
        let ran = project.run(arguments);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""));
        for told in [
            "--check",
            "--write",
            "--config",
            "--env",
            "--wasm",
            "Exit codes",
        ] {
            assert!(ran.out.contains(told), "{arguments:?}: {told}");
        }
        assert!(ran.out.lines().all(|line| line.len() <= 90), "{}", ran.out);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = Project::empty().run(&["--version"]);
    ran.right(env!("CARGO_PKG_VERSION"));
}

#[test]
fn what_does_not_exist_is_refused() {
    let project = Project::with_jobs(&["Order"]).toml(ORDER);
    let told = |arguments: &[&str]| {
        let ran = project.run(arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.out);
        ran.err.lines().next().unwrap().to_owned() + "\n"
    };
    let all = [
        told(&["wrangel"]),
        told(&["--check"]),
        told(&["wrangler"]),
        told(&["wrangler", "--check", "--write"]),
        told(&["wrangler", "--check", "--envv", "x"]),
        told(&["wrangler", "--check", "--env"]),
        told(&["wrangler", "--check", "now"]),
    ];
    expect![[r#"
        error: unexpected argument "wrangel"
        error: invalid option '--check'
        error: `cargo durable-jobs wrangler` takes either `--check` or `--write`
        error: `cargo durable-jobs wrangler` takes either `--check` or `--write`
        error: invalid option '--envv'
        error: missing argument for option '--env'
        error: unexpected argument "now"
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn the_command_that_is_told_names_the_same_files() {
    let project = Project::with_jobs(&["Order"]).toml("[env.staging]\n");
    let arguments = [
        "wrangler",
        "--check",
        "--env",
        "staging",
        "--config",
        "wrangler.toml",
        "--wasm",
        "build/index_bg.wasm",
    ];
    let ran = project.run(&arguments);
    let last = ran.err.lines().last().unwrap();
    let command = "cargo durable-jobs wrangler --write --config wrangler.toml \
                   --wasm build/index_bg.wasm --env staging";
    assert!(last.ends_with(command), "{last}");
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    assert_eq!(project.run(&arguments).code, Some(0));
    assert_eq!(
        project
            .run(&["wrangler", "--check", "--env", "staging"])
            .code,
        Some(0)
    );
}
