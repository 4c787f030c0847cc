//! What `--write` adds and what it leaves.

use expect_test::expect;

use crate::project::{HEAD, ORDER, Project, module};

#[test]
fn a_new_configuration_is_complete() {
    let project = Project::with_jobs(&["Order", "TokenRefresher"])
        .file("Cargo.toml", "[package]\nname = \"Shop\"\n");
    project.written(
        "wrangler.toml",
        expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"

        [build]
        command = "worker-build --release && cargo durable-jobs wrangler --check"

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[durable_objects.bindings]]
        name = "TOKEN_REFRESHER"
        class_name = "TokenRefresher"

        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["Order", "TokenRefresher"]
    "#]],
    );
    assert_eq!(project.files(), ["Cargo.toml", "build", "wrangler.toml"]);
}

#[test]
fn a_new_configuration_may_be_jsonc() {
    let project = Project::with_jobs(&["Order", "TokenRefresher"])
        .file("Cargo.toml", "[package]\nname = \"shop\"\n");
    let ran = project.run(&["wrangler", "--write", "--config", "wrangler.jsonc"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    expect![[r#"
        {
          "name": "shop",
          "main": "build/index.js",
          "compatibility_date": "2026-07-30",
          "build": { "command": "worker-build --release && cargo durable-jobs wrangler --check --config wrangler.jsonc" },
          "durable_objects": {
            "bindings": [
              { "name": "ORDER", "class_name": "Order" },
              { "name": "TOKEN_REFRESHER", "class_name": "TokenRefresher" }
            ]
          },
          "migrations": [
            { "tag": "v1", "new_sqlite_classes": ["Order", "TokenRefresher"] }
          ]
        }
    "#]].assert_eq(&project.read("wrangler.jsonc"));
    project.unchanged_by_write("wrangler.jsonc");
}

#[test]
fn a_new_configuration_needs_a_name_and_a_built_worker() {
    Project::with_jobs(&["Order"]).write().failed(expect![[r#"
            error: Cargo.toml: no package that a new configuration could be named after

            help: run this in the folder of the Worker's crate
        "#]]);
    let virtual_manifest = Project::with_jobs(&["Order"]).file("Cargo.toml", "[workspace]\n");
    virtual_manifest.write().failed(expect![[r#"
        error: Cargo.toml: no package that a new configuration could be named after

        help: run this in the folder of the Worker's crate
    "#]]);
    let unbuilt = Project::empty().file("Cargo.toml", "[package]\nname = \"shop\"\n");
    unbuilt.write().failed(expect![[r#"
        error: the Worker has not been built: no *.wasm in build, build/worker

        help: run `worker-build --release`, or say where the module is with `--wasm PATH`
    "#]]);
    assert_eq!(unbuilt.files(), ["Cargo.toml"]);
}

#[test]
fn what_was_written_is_told() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).file("wrangler.toml", "");
    let ran = project.write();
    expect![[r#"
        wrangler.toml: wrote main, compatibility date 2026-07-30, 2 bindings, migration v1
        wrangler.toml: 2 jobs, 2 bindings, storage sqlite
    "#]]
    .assert_eq(&ran.out);
    project.unchanged_by_write("wrangler.toml");
}

#[test]
fn new_jobs_go_into_a_migration_of_their_own() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).toml(ORDER);
    project.written(
        "wrangler.toml",
        expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[durable_objects.bindings]]
        name = "V2_SYNC"
        class_name = "V2Sync"

        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["Order"]

        [[migrations]]
        tag = "v2"
        new_sqlite_classes = ["V2Sync"]
    "#]],
    );
}

#[test]
fn tags_of_another_scheme_are_kept_apart() {
    let project =
        Project::with_jobs(&["Order", "V2Sync"]).toml(&ORDER.replace("v1", "2026-01 orders"));
    assert_eq!(project.write().code, Some(0));
    assert!(
        project
            .read("wrangler.toml")
            .contains("tag = \"durable-jobs-1\"")
    );
}

#[test]
fn a_deleted_class_is_created_again() {
    let project = Project::with_jobs(&["Order"]).toml(&format!(
        "{ORDER}
[[migrations]]
tag = \"v2\"
deleted_classes = [\"Order\"]
"
    ));
    assert_eq!(project.write().code, Some(0));
    let text = project.read("wrangler.toml");
    assert!(
        text.ends_with("\n[[migrations]]\ntag = \"v3\"\nnew_sqlite_classes = [\"Order\"]\n"),
        "{text}"
    );
}

#[test]
fn the_rest_is_written_where_a_human_has_to_decide_something() {
    let project = Project::with_jobs(&["Order", "Purchase"]).file(
        "wrangler.toml",
        "
[[migrations]]
tag = \"v1\"
new_classes = [\"Order\"]
",
    );
    let ran = project.write();
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("`Order` has key-value storage"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.ends_with("wrangler.toml: 1 problem\n"),
        "{}",
        ran.err
    );
    expect![[r#"
        main = "build/index.js"
        compatibility_date = "2026-07-30"

        [[migrations]]
        tag = "v1"
        new_classes = ["Order"]

        [[migrations]]
        tag = "v2"
        new_sqlite_classes = ["Purchase"]

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[durable_objects.bindings]]
        name = "PURCHASE"
        class_name = "Purchase"
    "#]]
    .assert_eq(&project.read("wrangler.toml"));
}

#[test]
fn exports_get_the_new_classes_where_there_are_exports() {
    let project = Project::empty()
        .file(
            "build/index_bg.wasm",
            module(&["Order", "V2Sync"], &["ChatRoom"]),
        )
        .toml(
            "
[exports.ChatRoom]
type = \"durable-object\"
storage = \"sqlite\"

[vars]
A = \"b\"
",
        );
    project.written(
        "wrangler.toml",
        expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"

        [exports.ChatRoom]
        type = "durable-object"
        storage = "sqlite"

        [exports.Order]
        type = "durable-object"
        storage = "sqlite"

        [exports.V2Sync]
        type = "durable-object"
        storage = "sqlite"

        [vars]
        A = "b"

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[durable_objects.bindings]]
        name = "V2_SYNC"
        class_name = "V2Sync"
    "#]],
    );
}

#[test]
fn inline_exports_get_the_new_classes_inline() {
    let project = Project::empty()
        .file("build/index_bg.wasm", module(&["Order"], &["ChatRoom"]))
        .toml("exports = { ChatRoom = { type = \"durable-object\", storage = \"sqlite\" } }\n");
    project.written("wrangler.toml", expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"
        exports = { ChatRoom = { type = "durable-object", storage = "sqlite" }, Order = { type = "durable-object", storage = "sqlite" } }

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"
    "#]]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::{fs, os::unix::fs::PermissionsExt};
    let project = Project::with_jobs(&["Order"]).file("real.toml", HEAD);
    let real = project.path("real.toml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink("real.toml", project.path("wrangler.toml")).unwrap();
    assert_eq!(project.write().code, Some(0));
    assert!(
        fs::symlink_metadata(project.path("wrangler.toml"))
            .unwrap()
            .is_symlink()
    );
    assert!(project.read("real.toml").contains("[[migrations]]"));
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_leaves_the_file() {
    use std::{fs, os::unix::fs::PermissionsExt};
    let project = Project::with_jobs(&["Order"]).file("locked/wrangler.toml", HEAD);
    let locked = project.path("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    let may_write_anyway = fs::write(locked.join("probe"), "").is_ok();
    let ran = project.run(&[
        "wrangler",
        "--write",
        "--config",
        "locked/wrangler.toml",
        "--wasm",
        "build/index_bg.wasm",
    ]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    if !may_write_anyway {
        assert_eq!(ran.code, Some(2));
        assert_eq!(project.read("locked/wrangler.toml"), HEAD);
    }
}
