//! A job with a new name beside a class that is gone.

use expect_test::expect;

use crate::project::{ORDER, Project, module};

#[test]
fn a_new_job_beside_a_class_that_is_gone_looks_like_a_rename() {
    let project = Project::with_jobs(&["Purchase"]).toml(ORDER);
    project.check().wrong(expect![[r#"
        error: `Order` has storage, but the Worker exports no such class, and `Purchase` has none: a rename?
         --> wrangler.toml:11
        help: what is stored stays with the class
        help: if the jobs are different ones, delete `Order` with its data in the `deleted_classes` of a new migration
        help: if the job was renamed, write `name = "Order"` in its attribute, or rename the class too
        help: to rename the class, write `name = "PURCHASE"` and `class_name = "Purchase"` in its binding (line 5)
        help: to rename the class, add:

        [[migrations]]
        tag = "v2"
        renamed_classes = [{ from = "Order", to = "Purchase" }]

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn write_leaves_what_looks_like_a_rename_alone() {
    let project = Project::with_jobs(&["Purchase"]).toml(ORDER);
    let before = project.read("wrangler.toml");
    assert_eq!(project.write().code, Some(1));
    assert_eq!(project.read("wrangler.toml"), before);
}

#[test]
fn the_lines_of_a_rename_make_it_right() {
    let renamed = ORDER
        .replace("name = \"ORDER\"", "name = \"PURCHASE\"")
        .replace("class_name = \"Order\"", "class_name = \"Purchase\"");
    let project = Project::with_jobs(&["Purchase"]).toml(&format!(
        "{renamed}
[[migrations]]
tag = \"v2\"
renamed_classes = [{{ from = \"Order\", to = \"Purchase\" }}]
"
    ));
    project
        .check()
        .right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}

#[test]
fn several_names_are_not_paired_by_guessing() {
    let lines = ORDER.replace("[\"Order\"]", "[\"Order\", \"Ping\"]");
    let project = Project::with_jobs(&["Purchase", "Probe", "New"]).toml(&lines);
    project.check().wrong(expect![[r#"
        error: `Order` and `Ping` have storage, but the Worker exports no such class, and `New`, `Probe` and `Purchase` have none: a rename?
         --> wrangler.toml:11
        help: what is stored stays with the class
        help: if the jobs are different ones, delete `Order` and `Ping` with its data in the `deleted_classes` of a new migration
        help: if one was renamed, write `name = ".."` with its old name in its attribute, or rename the class too

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn a_rename_is_seen_in_exports_too() {
    let project = Project::with_jobs(&["Purchase"]).toml(
        "
[[durable_objects.bindings]]
name = \"ORDER\"
class_name = \"Order\"

[exports.Order]
type = \"durable-object\"
storage = \"sqlite\"
",
    );
    project.check().wrong(expect![[r#"
        error: `Order` has storage, but the Worker exports no such class, and `Purchase` has none: a rename?
         --> wrangler.toml:9
        help: what is stored stays with the class
        help: if the jobs are different ones, delete `Order` with its data with `state = "deleted"`
        help: if the job was renamed, write `name = "Order"` in its attribute, or rename the class too
        help: to rename the class, write `name = "PURCHASE"` and `class_name = "Purchase"` in its binding (line 5)
        help: to rename the class, write `state = "renamed"` and `renamed_to = "Purchase"` in `exports.Order` in place of its `storage`, and the `storage` in `exports.Purchase`

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn a_class_that_is_still_exported_was_not_renamed() {
    let project = Project::empty()
        .file("build/index_bg.wasm", module(&["Purchase"], &["Order"]))
        .toml(ORDER);
    let ran = project.check();
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("nothing creates storage for `Purchase`"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("rename"), "{}", ran.err);
}

#[test]
fn a_class_that_is_gone_is_no_concern_while_all_jobs_have_storage() {
    let lines = ORDER.replace("[\"Order\"]", "[\"Order\", \"WrittenInJavaScript\"]");
    let project = Project::with_jobs(&["Order"]).toml(&lines);
    project
        .check()
        .right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}
