//! Storage of jobs, in `migrations` and in `exports`.

use expect_test::expect;

use crate::project::{ORDER, Project, Ran};

const BOUND: &str = "
[[durable_objects.bindings]]
name = \"ORDER\"
class_name = \"Order\"
";

/// Checks the job `Order`, which is bound, with these lines about its storage.
fn check(storage: &str) -> Ran {
    Project::with_jobs(&["Order"])
        .toml(&format!("{BOUND}{storage}"))
        .check()
}

const RIGHT: &str = "wrangler.toml: 1 job, 1 binding, storage sqlite";

#[test]
fn a_job_without_storage_is_told_the_lines() {
    check("").wrong(expect![[r#"
        error: nothing creates storage for `Order`
         --> wrangler.toml
        help: add:

        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["Order"]

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn a_new_migration_has_the_next_tag() {
    check(
        "
[[migrations]]
tag = \"v7\"
new_sqlite_classes = [\"Order2\"]
deleted_classes = []

[[migrations]]
tag = \"v8\"
deleted_classes = [\"Order2\"]
",
    )
    .wrong(expect![[r#"
        error: nothing creates storage for `Order`
         --> wrangler.toml
        help: add:

        [[migrations]]
        tag = "v9"
        new_sqlite_classes = ["Order"]

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn key_value_storage_is_an_error_that_says_what_to_do() {
    check(
        "
[[migrations]]
tag = \"v1\"
new_classes = [
    \"Order\",
]
",
    )
    .wrong(expect![[r#"
        error: `Order` has key-value storage, and jobs need SQLite
         --> wrangler.toml:12
        help: the storage of a class that was deployed cannot be changed
        help: if it never was: move it from `new_classes` to `new_sqlite_classes`
        help: if it was: give the job another class, which begins empty, with `name = ".."` in its attribute, and delete `Order` and its data in the `deleted_classes` of a new migration

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn key_value_storage_stays_that_through_a_rename() {
    let ran = check(
        "
[[migrations]]
tag = \"v1\"
new_classes = [\"Purchase\"]

[[migrations]]
tag = \"v2\"
renamed_classes = [{ from = \"Purchase\", to = \"Order\" }]
",
    );
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("`Order` has key-value storage"),
        "{}",
        ran.err
    );
}

#[test]
fn storage_is_followed_through_renames_and_transfers() {
    check(
        "
[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Purchase\"]

[[migrations]]
tag = \"v2\"
renamed_classes = [{ from = \"Purchase\", to = \"Order\" }]
",
    )
    .right(RIGHT);
    check(
        "
[[migrations]]
tag = \"v1\"
transferred_classes = [{ from = \"Purchase\", from_script = \"warehouse\", to = \"Order\" }]
",
    )
    .right(RIGHT);
}

#[test]
fn a_class_that_was_deleted_has_no_storage() {
    check(
        "
[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]

[[migrations]]
tag = \"v2\"
deleted_classes = [\"Order\"]
",
    )
    .wrong(expect![[r#"
        error: `Order` was deleted (line 15) and not created again
         --> wrangler.toml:15
        help: remove the job, or create the class again: it begins empty
        help: add:

        [[migrations]]
        tag = "v3"
        new_sqlite_classes = ["Order"]

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn a_class_that_was_created_again_has_storage() {
    check(
        "
[[migrations]]
tag = \"v1\"
new_classes = [\"Order\"]

[[migrations]]
tag = \"v2\"
deleted_classes = [\"Order\"]

[[migrations]]
tag = \"v3\"
new_sqlite_classes = [\"Order\"]
",
    )
    .right(RIGHT);
}

#[test]
fn a_class_that_was_renamed_away_is_a_question() {
    check(
        "
[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]

[[migrations]]
tag = \"v2\"
renamed_classes = [{ from = \"Order\", to = \"Purchase\" }]
",
    )
    .wrong(expect![[r#"
        error: `Order` was renamed to `Purchase` and has no storage
         --> wrangler.toml:15
        help: write `name = "Purchase"` in the attribute of the job
        help: or rename the class back
        help: to rename the class, add:

        [[migrations]]
        tag = "v3"
        renamed_classes = [{ from = "Purchase", to = "Order" }]

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn migrations_that_wrangler_refuses_are_told() {
    check(
        "
[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]
deleted_classes = [\"Never\"]

[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]
",
    )
    .wrong(expect![[r#"
        error: migration `v1` ends or renames `Never`, which does not exist at that point
         --> wrangler.toml:12
        help: `wrangler dev` refuses that; migrations that were deployed stay in the file as they were

        error: migration `v1` has the tag of an earlier one
         --> wrangler.toml:14
        help: Cloudflare applies a tag once: each migration needs its own

        error: migration `v1` creates `Order`, which exists at that point
         --> wrangler.toml:16
        help: `wrangler dev` refuses that; migrations that were deployed stay in the file as they were

        wrangler.toml: 3 problems
    "#]]);
}

#[test]
fn exports_create_storage_too() {
    check(
        "
[exports.Order]
type = \"durable-object\"
storage = \"sqlite\"

[exports.Entrypoint]
type = \"worker\"
",
    )
    .right(RIGHT);
    check("
[exports]
Order = { type = \"durable-object\", state = \"expecting-transfer\", storage = \"sqlite\", transfer_from = \"old\" }
").right(RIGHT);
}

#[test]
fn where_there_are_exports_a_new_one_is_added() {
    check(
        "
[exports.ChatRoom]
type = \"durable-object\"
storage = \"sqlite\"
state = \"deleted\"
",
    )
    .wrong(expect![[r#"
        error: nothing creates storage for `Order`
         --> wrangler.toml
        help: add:

        [exports.Order]
        type = "durable-object"
        storage = "sqlite"

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn exports_of_another_kind_leave_storage_to_migrations() {
    check(
        "
[exports.Entrypoint]
type = \"worker\"

[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]
",
    )
    .right(RIGHT);
}

#[test]
fn key_value_storage_in_exports_is_an_error() {
    check(
        "
[exports.Order]
type = \"durable-object\"
storage = \"legacy-kv\"
",
    )
    .wrong(expect![[r#"
        error: `Order` has key-value storage, and jobs need SQLite
         --> wrangler.toml:9
        help: the storage of a class that was deployed cannot be changed
        help: if it never was: write `storage = "sqlite"`
        help: if it was: give the job another class, which begins empty, with `name = ".."` in its attribute, and delete `Order` and its data with `state = "deleted"`

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn an_export_that_has_ended_is_no_storage() {
    check(
        "
[exports.Order]
type = \"durable-object\"
state = \"deleted\"
",
    )
    .wrong(expect![[r#"
        error: `Order` is marked as deleted
         --> wrangler.toml:9
        help: remove the job, or create the class again: it begins empty
        help: to create it again, instead of that entry, add:

        [exports.Order]
        type = "durable-object"
        storage = "sqlite"

        wrangler.toml: 1 problem
    "#]]);
    check(
        "
[exports.Order]
type = \"durable-object\"
state = \"renamed\"
renamed_to = \"Purchase\"

[exports.Purchase]
type = \"durable-object\"
storage = \"sqlite\"
",
    )
    .wrong(expect![[r#"
        error: `Order` was renamed to `Purchase` and has no storage
         --> wrangler.toml:9
        help: write `name = "Purchase"` in the attribute of the job
        help: or rename the class back
        help: to rename the class, write `state = "renamed"` and `renamed_to = "Order"` in `exports.Purchase` in place of its `storage`, and the `storage` in `exports.Order`

        wrangler.toml: 1 problem
    "#]]);
    check(
        "
[exports.Order]
type = \"durable-object\"
state = \"transferred\"
transferred_to = \"warehouse\"
",
    )
    .wrong(expect![[r#"
        error: `Order` was transferred to another Worker
         --> wrangler.toml:9
        help: give the job another class with `name = ".."` in its attribute

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn migrations_and_exports_exclude_each_other() {
    let project = Project::with_jobs(&["Order"]).toml(&format!(
        "{ORDER}
[exports.Order]
type = \"durable-object\"
storage = \"sqlite\"
"
    ));
    project.check().wrong(expect![[r#"
        error: `migrations` (line 9) and `exports` (line 13) both tell of storage
         --> wrangler.toml:13
        help: Wrangler takes one of them: keep the one with which this Worker was deployed

        wrangler.toml: 1 problem
    "#]]);
}
