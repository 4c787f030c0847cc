//! What cannot be checked.

use expect_test::expect;

use crate::project::{HEAD, ORDER, Project, exporting, module};

#[test]
fn without_a_configuration_nothing_is_checked() {
    Project::with_jobs(&["Order"]).check().failed(expect![[r#"
            error: there is no wrangler.json, wrangler.jsonc or wrangler.toml here or above

            help: `cargo durable-jobs wrangler --write` creates one
        "#]]);
}

#[test]
fn a_configuration_that_was_named_must_be_there() {
    let project = Project::with_jobs(&["Order"]).toml(ORDER);
    let ran = project.run(&["wrangler", "--check", "--config", "other.toml"]);
    ran.failed(expect![[r#"
        error: other.toml cannot be read: No such file or directory (os error 2)
    "#]]);
}

#[test]
fn without_a_built_worker_nothing_is_checked() {
    Project::empty().toml(ORDER).check().failed(expect![[r#"
            error: the Worker has not been built: no *.wasm in build, build/worker

            help: run `worker-build --release`, or say where the module is with `--wasm PATH`
        "#]]);
    let legacy = format!("{HEAD}{ORDER}").replace("build/index.js", "dist/worker/shim.mjs");
    let project = Project::empty().file("wrangler.toml", legacy);
    project.check().failed(expect![[r#"
        error: the Worker has not been built: no *.wasm in dist/worker, dist, build, build/worker

        help: run `worker-build --release`, or say where the module is with `--wasm PATH`
    "#]]);
}

#[test]
fn several_modules_are_not_chosen_from() {
    let project = Project::empty()
        .file("build/one.wasm", module(&["Order"], &[]))
        .file("build/two.wasm", module(&["Order"], &[]))
        .toml(ORDER);
    project.check().failed(expect![[r#"
        error: several modules may be the Worker: build/one.wasm, build/two.wasm

        help: say which one it is with `--wasm PATH`
    "#]]);
}

#[test]
fn a_file_that_is_no_module_is_told() {
    let project = Project::empty()
        .file("build/index_bg.wasm", "not wasm")
        .toml(ORDER);
    project.check().failed(expect![[r#"
        error: build/index_bg.wasm: not a WebAssembly module: it begins as something else
    "#]]);
    let mut cut = module(&["Order"], &[]);
    cut.truncate(cut.len() - 3);
    let project = Project::empty()
        .file("build/index_bg.wasm", cut)
        .toml(ORDER);
    assert_eq!(project.check().code, Some(2));
}

#[test]
fn a_job_whose_class_is_no_identifier_is_told() {
    let module = exporting(&["__durable_job_2\"fast".to_owned()]);
    let project = Project::empty()
        .file("build/index_bg.wasm", module)
        .toml(ORDER);
    project.check().failed(expect![[r#"
        error: build/index_bg.wasm: it exports a job whose class is no identifier: `2"fast`
    "#]]);
}

#[test]
fn a_file_that_does_not_parse_is_told_with_its_line_and_left_alone() {
    for (name, text, expected) in [
        (
            "wrangler.toml",
            "name = \"shop\"\nmain = \n",
            expect![[r#"
                error: wrangler.toml:2: string values must be quoted, expected literal string
            "#]],
        ),
        (
            "wrangler.toml",
            "name = \"shop\"\nname = \"shop\"\n",
            expect![[r#"
                error: wrangler.toml:2: duplicate key
            "#]],
        ),
        (
            "wrangler.jsonc",
            "{\n  // a comment\n  \"name\": shop\n}",
            expect![[r#"
                error: wrangler.jsonc:3: unexpected word
            "#]],
        ),
        (
            "wrangler.json",
            "{ \"name\": \"a\" \"main\": \"b\" }",
            expect![[r#"
                error: wrangler.json:1: expected comma
            "#]],
        ),
        (
            "wrangler.json",
            "",
            expect![[r#"
            error: wrangler.json:1: the file is empty: an object was expected
        "#]],
        ),
    ] {
        let project = Project::with_jobs(&["Order"]).file(name, text);
        project.check().failed(expected);
        assert_eq!(project.write().code, Some(2));
        assert_eq!(project.read(name), text);
        assert_eq!(project.files(), ["build", name]);
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_told() {
    let project = Project::with_jobs(&["Order"]).file("wrangler.toml", b"name = \"\xff\"");
    project.check().failed(expect![[r#"
        error: wrangler.toml cannot be read: it is not UTF-8
    "#]]);
}

#[test]
fn a_value_of_another_kind_is_told_with_its_line() {
    let told = |lines: &str| {
        let text = format!("{HEAD}{lines}");
        let ran = Project::with_jobs(&["Order"])
            .file("wrangler.toml", text)
            .check();
        assert_eq!(ran.code, Some(2), "{}", ran.out);
        ran.err
    };
    let all = [
        told("durable_objects = 1"),
        told("[[durable_objects.bindings]]\nname = \"ORDER\""),
        told("[[durable_objects.bindings]]\nname = 1\nclass_name = \"Order\""),
        told("migrations = \"v1\""),
        told("[[migrations]]\nnew_sqlite_classes = [\"Order\"]"),
        told("[[migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [\"Order\", 1]"),
        told("[[migrations]]\ntag = \"v1\"\nrenamed_classes = [\"Order\"]"),
        told("[[migrations]]\ntag = \"v1\"\nrenamed_classes = [{ from = \"Order\" }]"),
        told("[exports]\nOrder = 1"),
        told("[exports.Order]\ntype = \"durable-object\""),
        told("[exports.Order]\ntype = \"durable-object\"\nstate = \"gone\""),
    ];
    expect![[r#"
        error: wrangler.toml:4: `durable_objects`: expected a table of keys and values
        error: wrangler.toml:4: `bindings`: expected a binding with `name` and `class_name`
        error: wrangler.toml:5: `name`: expected a string
        error: wrangler.toml:4: `migrations`: expected a list
        error: wrangler.toml:4: `migrations`: expected a migration with a `tag`
        error: wrangler.toml:6: `new_sqlite_classes`: expected a string
        error: wrangler.toml:6: `renamed_classes`: expected a table of keys and values
        error: wrangler.toml:6: `renamed_classes`: expected classes as `from` and `to`
        error: wrangler.toml:5: `Order`: expected a table of keys and values
        error: wrangler.toml:4: `Order`: expected a class with `storage = "sqlite"`
        error: wrangler.toml:4: `Order`: expected a `state` that Wrangler knows
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn a_date_that_is_none_is_told() {
    for date in [
        "2026-07-30",
        "\"2026-7-30\"",
        "\"30.07.2026\"",
        "\"2026-13-01\"",
        "\"latest\"",
    ] {
        let text = HEAD.replace("\"2026-07-30\"", date);
        let ran = Project::with_jobs(&[]).file("wrangler.toml", text).check();
        assert_eq!(ran.code, Some(2), "{date}: {}", ran.out);
        let expected = "error: wrangler.toml:3: `compatibility_date`: \
                        expected a date in quotes, such as \"2026-07-30\"\n";
        assert_eq!(ran.err, expected, "{date}");
    }
}
