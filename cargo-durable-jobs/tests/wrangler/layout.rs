//! That what is in a `wrangler.toml` stays as it is.

use expect_test::expect;

use crate::project::{HEAD, ORDER, Project};

#[test]
fn comments_and_layout_stay() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).file(
        "wrangler.toml",
        "# The shop.
name    =   'shop' # as in DNS
compatibility_date = \"2025-01-01\"   # when we began
main = \"build/index.js\"

# How it is built.
[build]
command = \"\"\"
worker-build --release\"\"\"

# What it is bound to.
[[durable_objects.bindings]]
class_name = \"Order\"  # orders
name=\"ORDER\"
# after the binding

[[migrations]] # the first
tag = \"v1\"
new_sqlite_classes = [ # all of
    \"Order\", # them
] # end

# Variables.
[vars]
A = \"b\"
# The end.
",
    );
    project.written(
        "wrangler.toml",
        expect![[r##"
        # The shop.
        name    =   'shop' # as in DNS
        compatibility_date = "2026-07-30"   # when we began
        main = "build/index.js"

        # How it is built.
        [build]
        command = """
        worker-build --release"""

        # What it is bound to.
        [[durable_objects.bindings]]
        class_name = "Order"  # orders
        name="ORDER"

        [[durable_objects.bindings]]
        name = "V2_SYNC"
        class_name = "V2Sync"
        # after the binding

        [[migrations]] # the first
        tag = "v1"
        new_sqlite_classes = [ # all of
            "Order", # them
        ] # end

        [[migrations]]
        tag = "v2"
        new_sqlite_classes = ["V2Sync"]

        # Variables.
        [vars]
        A = "b"
        # The end.
    "##]],
    );
}

#[test]
fn lines_keep_their_endings() {
    let text = format!("{HEAD}{ORDER}\n[vars]\nA = \"b\"\n").replace('\n', "\r\n");
    let project = Project::with_jobs(&["Order", "V2Sync"]).file("wrangler.toml", text);
    assert_eq!(project.write().code, Some(0));
    let written = project.read("wrangler.toml");
    assert_eq!(
        written.matches('\n').count(),
        written.matches("\r\n").count()
    );
    assert!(
        written.contains("\r\n\r\n[[migrations]]\r\ntag = \"v2\"\r\n"),
        "{written:?}"
    );
    project.unchanged_by_write("wrangler.toml");
}

#[test]
fn mixed_line_endings_stay_mixed() {
    let text = "name = \"shop\"\r\n# one\n# two\r\n[vars]\nA = \"b\"";
    let project = Project::with_jobs(&["Order"]).file("wrangler.toml", text);
    assert_eq!(project.write().code, Some(0));
    let written = project.read("wrangler.toml");
    assert!(
        written.contains("\r\n# one\n# two\r\n[vars]\nA = \"b\"\r\n"),
        "{written:?}"
    );
}

#[test]
fn a_byte_order_mark_stays() {
    for (name, text) in [
        ("wrangler.toml", "\u{feff}name = \"shop\"\n"),
        ("wrangler.json", "\u{feff}{ \"name\": \"shop\" }\n"),
        ("wrangler.toml", "\u{feff}[vars]\n"),
    ] {
        let project = Project::with_jobs(&["Order"]).file(name, text);
        let ran = project.write();
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let written = project.read(name);
        assert!(written.starts_with('\u{feff}'), "{written:?}");
        assert_eq!(written.matches('\u{feff}').count(), 1);
    }
}

#[test]
fn keys_go_above_the_first_table_even_where_there_are_none() {
    let project = Project::with_jobs(&[]).file("wrangler.toml", "# The shop.\n[vars]\nA = \"b\"\n");
    project.written(
        "wrangler.toml",
        expect![[r#"
        main = "build/index.js"
        compatibility_date = "2026-07-30"

        # The shop.
        [vars]
        A = "b"
    "#]],
    );
}

#[test]
fn an_empty_file_can_be_added_to() {
    let project = Project::with_jobs(&["Order"]).file("wrangler.toml", "\n\n");
    project.written(
        "wrangler.toml",
        expect![[r#"
            main = "build/index.js"
            compatibility_date = "2026-07-30"

            [[durable_objects.bindings]]
            name = "ORDER"
            class_name = "Order"

            [[migrations]]
            tag = "v1"
            new_sqlite_classes = ["Order"]


        "#]],
    );
}

#[test]
fn a_last_line_without_an_end_gets_one() {
    let project = Project::with_jobs(&["Order"]).file("wrangler.toml", HEAD.trim_end());
    assert_eq!(project.write().code, Some(0));
    let written = project.read("wrangler.toml");
    assert!(
        written.starts_with(&format!("{HEAD}\n[[durable_objects.bindings]]\n")),
        "{written}"
    );
    assert!(written.ends_with("]\n"), "{written}");
}

#[test]
fn inline_lists_are_added_to_in_their_own_style() {
    let project = Project::with_jobs(&["Order", "Ping", "V2Sync"]).toml(
        "durable_objects = { bindings = [{ name = \"ORDER\", class_name = \"Order\" }] } # one line
migrations = [
    # the first
    { tag = \"v1\", new_sqlite_classes = [\"Order\"] } # orders
    # nothing yet
]
",
    );
    project.check().wrong(expect![[r#"
        error: 2 jobs have no binding: `Ping` and `V2Sync`
         --> wrangler.toml
        help: add to `durable_objects.bindings` (line 4):

        { name = "PING", class_name = "Ping" },
        { name = "V2_SYNC", class_name = "V2Sync" }

        error: nothing creates storage for `Ping` and `V2Sync`
         --> wrangler.toml
        help: add to `migrations` (line 5):

        { tag = "v2", new_sqlite_classes = ["Ping", "V2Sync"] }

        wrangler.toml: 2 problems; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
    project.written("wrangler.toml", expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"
        durable_objects = { bindings = [{ name = "ORDER", class_name = "Order" }, { name = "PING", class_name = "Ping" }, { name = "V2_SYNC", class_name = "V2Sync" }] } # one line
        migrations = [
            # the first
            { tag = "v1", new_sqlite_classes = ["Order"] }, # orders
            # nothing yet
            { tag = "v2", new_sqlite_classes = ["Ping", "V2Sync"] }
        ]
    "#]]);
}

#[test]
fn inline_lists_with_a_comma_at_the_end_keep_it() {
    let project = Project::with_jobs(&["Order", "Ping", "V2Sync"]).toml(
        "migrations = [{ tag = \"v1\", new_sqlite_classes = [\"Order\"] },]

[durable_objects]
bindings = [
  { name = \"ORDER\", class_name = \"Order\" }, # orders
]
",
    );
    project.written("wrangler.toml", expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"
        migrations = [{ tag = "v1", new_sqlite_classes = ["Order"] }, { tag = "v2", new_sqlite_classes = ["Ping", "V2Sync"] },]

        [durable_objects]
        bindings = [
          { name = "ORDER", class_name = "Order" }, # orders
          { name = "PING", class_name = "Ping" },
          { name = "V2_SYNC", class_name = "V2Sync" },
        ]
    "#]]);
}

#[test]
fn empty_lists_are_filled() {
    let project = Project::with_jobs(&["Order"])
        .toml("migrations = []\ndurable_objects.bindings = [\n    # none\n]\n");
    project.written(
        "wrangler.toml",
        expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"
        migrations = [{ tag = "v1", new_sqlite_classes = ["Order"] }]
        durable_objects.bindings = [
            # none
          { name = "ORDER", class_name = "Order" }
        ]
    "#]],
    );
}

#[test]
fn tables_without_bindings_get_some() {
    let after = "\n[vars]\nA = \"b\"\n";
    let layouts = [
        "[durable_objects]\ncode_update_strategy = \"x\"\n",
        "[durable_objects]\n",
        "durable_objects = {}\n",
        "durable_objects = { code_update_strategy = \"x\" }\n",
        "durable_objects.code_update_strategy = \"x\"\n",
        "durable_objects.code_update_strategy = \"x\"\nworkers_dev = true\n",
    ];
    for layout in layouts {
        let project = Project::with_jobs(&["Order"]).toml(&format!("{layout}{after}"));
        let ran = project.write();
        assert_eq!(
            ran.code,
            Some(0),
            "{layout}{}{}",
            ran.err,
            project.read("wrangler.toml")
        );
        project.unchanged_by_write("wrangler.toml");
    }
}

#[test]
fn sections_that_stand_apart_are_added_to_after_the_last() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).toml(&format!(
        "{ORDER}
[vars]
A = \"b\"

[[migrations]]
tag = \"v2\"

[[migrations.renamed_classes]]
from = \"Order\"
to = \"Purchase\"

[[migrations.renamed_classes]]
from = \"Purchase\"
to = \"Order\"

[site]
bucket = \"x\"
"
    ));
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

        [vars]
        A = "b"

        [[migrations]]
        tag = "v2"

        [[migrations.renamed_classes]]
        from = "Order"
        to = "Purchase"

        [[migrations.renamed_classes]]
        from = "Purchase"
        to = "Order"

        [[migrations]]
        tag = "v3"
        new_sqlite_classes = ["V2Sync"]

        [site]
        bucket = "x"
    "#]],
    );
}
