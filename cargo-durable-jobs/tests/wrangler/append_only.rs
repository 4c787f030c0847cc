//! That `--write` only ever adds, whatever stands there.

use proptest::{prelude::*, sample::select};

use crate::project::{HEAD, Project};

const CLASSES: [&str; 6] = ["Order", "V2Sync", "HTTPPing", "ping", "Heartbeat", "Cart"];
const TAGS: [&str; 5] = ["v1", "v2", "v7", "2026-01", "durable-jobs-1"];
const NAMES: [&str; 4] = ["ORDER", "V2_SYNC", "PING", "ANOTHER"];
const KEYS: [&str; 3] = ["new_sqlite_classes", "new_classes", "deleted_classes"];

/// How a configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Sections,
    Inline,
    Lines,
    LinesWithComma,
    Json,
}

/// What is in it: names of bindings with their class, tags of migrations with what they do to which classes.
#[derive(Clone, Debug)]
struct Lists {
    bindings: Vec<(&'static str, &'static str)>,
    migrations: Vec<(&'static str, &'static str, Vec<&'static str>)>,
}

fn lists() -> impl Strategy<Value = Lists> {
    let class = || select(&CLASSES[..]);
    let bindings = prop::collection::vec((select(&NAMES[..]), class()), 0..4);
    let changed = prop::collection::vec(class(), 0..3);
    let migration = (select(&TAGS[..]), select(&KEYS[..]), changed);
    let migrations = prop::collection::vec(migration, 0..4);
    (bindings, migrations).prop_map(|(bindings, migrations)| Lists {
        bindings,
        migrations,
    })
}

fn layout() -> impl Strategy<Value = Layout> {
    select(vec![
        Layout::Sections,
        Layout::Inline,
        Layout::Lines,
        Layout::LinesWithComma,
        Layout::Json,
    ])
}

impl Lists {
    fn written(&self, layout: Layout) -> String {
        match layout {
            Layout::Sections => self.in_sections(),
            Layout::Json => self.in_json(),
            Layout::Inline => self.in_lists(|items| format!("[{}]", items.join(", "))),
            Layout::Lines => self.in_lists(|items| {
                let items: Vec<String> = items.iter().map(|item| format!("    {item}")).collect();
                format!("[ # before\n{}\n    # after\n]", items.join(", # item\n"))
            }),
            Layout::LinesWithComma => self.in_lists(|items| {
                let items = items.iter().map(|item| format!("\t{item}, # item\n"));
                format!("[\n{}]", items.collect::<String>())
            }),
        }
    }

    fn in_sections(&self) -> String {
        let mut text = HEAD.to_owned();
        for (name, class) in &self.bindings {
            text += "\n# a binding\n[[durable_objects.bindings]] # here\n";
            text += &format!("class_name = '{class}'\nname = \"{name}\"\n");
        }
        for (tag, key, classes) in &self.migrations {
            text += &format!("\n[[migrations]]\n{key} = {classes:?} # all\ntag = \"{tag}\"\n");
        }
        text + "\n[vars]\nA = \"b\"\n# the end"
    }

    fn in_lists(&self, list: impl Fn(Vec<String>) -> String) -> String {
        let bindings = self.bindings.iter();
        let bindings = bindings
            .map(|(name, class)| format!("{{ name = \"{name}\", class_name = \"{class}\" }}"));
        let migrations = self.migrations.iter();
        let migrations = migrations
            .map(|(tag, key, classes)| format!("{{ tag = \"{tag}\", {key} = {classes:?} }}"));
        let (bindings, migrations) = (list(bindings.collect()), list(migrations.collect()));
        format!(
            "{HEAD}durable_objects.bindings = {bindings} # bound\nmigrations = {migrations}\n[vars]\n"
        )
    }

    fn in_json(&self) -> String {
        let bindings = self.bindings.iter();
        let bindings =
            bindings.map(|(name, class)| serde_json::json!({ "name": name, "class_name": class }));
        let migrations = self.migrations.iter();
        let migrations =
            migrations.map(|(tag, key, classes)| serde_json::json!({ "tag": tag, *key: classes }));
        let whole = serde_json::json!({
            "main": "build/index.js",
            "compatibility_date": "2026-07-30",
            "migrations": migrations.collect::<Vec<_>>(),
            "durable_objects": { "bindings": bindings.collect::<Vec<_>>() },
        });
        serde_json::to_string_pretty(&whole).unwrap()
    }
}

/// The bindings and the migrations, each as text without its layout.
fn read(text: &str, layout: Layout) -> [Vec<String>; 2] {
    if layout == Layout::Json {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let lists = [&json["durable_objects"]["bindings"], &json["migrations"]];
        return lists.map(|list| {
            let items = list.as_array().unwrap().iter();
            items.map(ToString::to_string).collect()
        });
    }
    let toml: toml_edit::DocumentMut = text.parse().unwrap();
    let bindings = toml
        .get("durable_objects")
        .and_then(|table| table.get("bindings"));
    [bindings, toml.get("migrations")].map(|list| list.map_or_else(Vec::new, items))
}

fn items(list: &toml_edit::Item) -> Vec<String> {
    let tables = list.clone().into_array_of_tables().unwrap_or_default();
    let tables = tables.iter().map(|table| {
        let entries = table.iter();
        let entries = entries.map(|(key, value)| format!("{key}={}", value.to_string().trim()));
        entries.collect::<Vec<_>>().join(";")
    });
    tables.collect()
}

/// Whether nothing of the old text is missing or out of order in the new one.
fn adds_only(old: &str, new: &str) -> bool {
    let mut new = new.chars();
    old.chars().all(|old| new.any(|new| new == old))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_there_stays_and_comes_first(
        lists in lists(),
        layout in layout(),
        jobs in prop::sample::subsequence(&CLASSES[..], 0..=CLASSES.len()),
        ending in select(vec!["\n", "\r\n"]),
    ) {
        let name = if layout == Layout::Json { "wrangler.json" } else { "wrangler.toml" };
        let old = lists.written(layout).replace('\n', ending);
        let project = Project::with_jobs(&jobs).file(name, &old);

        let ran = project.write();

        let new = project.read(name);
        prop_assert!(matches!(ran.code, Some(0 | 1)), "{}\n{old}", ran.err);
        prop_assert!(adds_only(&old, &new), "{old}\n---\n{new}");
        for (old, new) in read(&old, layout).iter().zip(&read(&new, layout)) {
            prop_assert!(new.starts_with(old), "{new:?}\n{old:?}");
        }
        prop_assert!(!ran.err.contains("--write"), "something was left: {}", ran.err);
        project.write();
        prop_assert_eq!(project.read(name), new);
    }
}
