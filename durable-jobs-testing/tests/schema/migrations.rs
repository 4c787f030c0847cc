//! What programs of older versions have stored goes through `migrate`.

use durable_jobs::prelude::*;
use durable_jobs_runtime::{
    Declared,
    continuous::{ContinuousSpec, DeclaredContinuous},
    kind,
};
use durable_jobs_testing::{Lockable, Update, schema_lock};
use expect_test::expect;
use serde_json::Value;

use crate::stored::{Order, folder};

#[derive(Serialize, Deserialize)]
struct First {
    total: u64,
    note: Option<String>,
}

/// A job of version 2 that migrates in one way or another.
macro_rules! second {
    ($name:ident { $($field:ident: $type:ty),* } $($migrate:item)?) => {
        #[derive(Serialize, Deserialize)]
        struct $name {
            $($field: $type),*
        }

        impl Declared for $name {
            type Kind = kind::Continuous;
        }

        impl DeclaredContinuous for $name {
            const SPEC: ContinuousSpec = ContinuousSpec::every("Order", Duration::from_secs(60)).version(2);
        }

        impl Continuous for $name {
            type Env = ();

            async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
                Ok(Next::Scheduled)
            }

            $($migrate)?
        }
    };
}

second! { Renaming { sum: u64, note: Option<String> }
    fn migrate(_from: u32, old: Value) -> JobResult<Self> {
        let First { total, note } = serde_json::from_value(old)?;
        Ok(Self { sum: total, note })
    }
}

second! { Forgetting { sum: u64, note: Option<String> }
    fn migrate(_from: u32, old: Value) -> JobResult<Self> {
        let First { total, .. } = serde_json::from_value(old)?;
        Ok(Self { sum: total, note: None })
    }
}

second! { Failing { sum: u64 }
    fn migrate(from: u32, old: Value) -> JobResult<Self> {
        let sum = old["sum"].as_u64().ok_or_else(|| format!("no sum in version {from}"))?;
        Ok(Self { sum })
    }
}

second! { Unmigrated { sum: u64 } }

second! { Dropping { total: u64 } }

/// What the lock says of version 2 after version 1 was released.
fn verdict<J: Lockable>() -> String {
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    lock().job::<Order<First>>().check();
    let outcome = lock().job::<J>().outcome();
    assert_eq!(
        folder.path().join("Order.state.v2.json").exists(),
        outcome.is_ok()
    );
    outcome.err().unwrap_or_else(|| "migrated".to_owned())
}

#[test]
fn a_migration_that_keeps_everything_passes() {
    assert_eq!(verdict::<Renaming>(), "migrated");
}

#[test]
fn a_migration_that_forgets_a_field_is_named() {
    expect![[r#"
        Order.state.v1.json: the state of `Order` is not migrated from version 1 to 2:
          `note` (string, optional, may be missing): whatever it was makes no difference after the migration
        Mend `fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self>` in the impl of `Order`. What it drops on purpose is named in the test: `.job_with::<Order>(|job| job.dropped(".."))`.
    "#]].assert_eq(&verdict::<Forgetting>());
}

#[test]
fn a_migration_that_fails_is_named() {
    expect![[r#"
        Order.state.v1.json: the state of `Order` is not migrated from version 1 to 2:
          `(itself)` (object): no sum in version 1
        Mend `fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self>` in the impl of `Order`. What it drops on purpose is named in the test: `.job_with::<Order>(|job| job.dropped(".."))`.
    "#]].assert_eq(&verdict::<Failing>());
}

#[test]
fn a_new_version_without_a_migration_is_named() {
    expect![[r#"
        Order.state.v1.json: the state of `Order` is not migrated from version 1 to 2:
          `(itself)` (object): field `sum`: missing field `sum` at line 1 column 44
          `(itself)` (object): field `sum`: missing field `sum` at line 1 column 42
        Mend `fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self>` in the impl of `Order`. What it drops on purpose is named in the test: `.job_with::<Order>(|job| job.dropped(".."))`.
    "#]].assert_eq(&verdict::<Unmigrated>());
}

#[test]
fn a_field_may_be_dropped_on_purpose() {
    expect![[r#"
        Order.state.v1.json: the state of `Order` is not migrated from version 1 to 2:
          `note` was string, optional, may be missing, is gone: whatever it was makes no difference after the migration
        Mend `fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self>` in the impl of `Order`. What it drops on purpose is named in the test: `.job_with::<Order>(|job| job.dropped(".."))`.
    "#]].assert_eq(&verdict::<Dropping>());
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    lock().job::<Order<First>>().check();
    lock()
        .job_with::<Dropping>(|job| job.dropped("note"))
        .check();
}

mod released {
    use durable_jobs::prelude::*;

    /// Collects amounts.
    #[debounce(flush_after = "5s", name = "Amounts")]
    #[derive(Default, Serialize, Deserialize)]
    pub(crate) struct Amounts {
        all: Vec<u64>,
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Amount {
        cents: u64,
    }

    impl Debounce for Amounts {
        type Event = Amount;
        type Env = ();

        fn on_event(&mut self, event: Amount, _ctx: &EventContext) -> JobResult {
            self.all.push(event.cents);
            Ok(())
        }

        async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
            Ok(())
        }
    }
}

/// The same with another event.
#[debounce(flush_after = "5s", name = "Amounts", version = 2)]
#[derive(Default, Serialize, Deserialize)]
struct Euros {
    all: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct Euro {
    total_cents: u64,
}

impl Debounce for Euros {
    type Event = Euro;
    type Env = ();

    fn on_event(&mut self, event: Euro, _ctx: &EventContext) -> JobResult {
        self.all.push(event.total_cents);
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }

    fn migrate_event(_from: u32, old: Value) -> JobResult<Euro> {
        let total_cents = old["cents"].as_u64().ok_or("no cents")?;
        Ok(Euro { total_cents })
    }
}

/// The same, whose author has forgotten the events that are stored.
#[debounce(flush_after = "5s", name = "Amounts", version = 2)]
#[derive(Default, Serialize, Deserialize)]
struct Forgotten {
    all: Vec<u64>,
}

impl Debounce for Forgotten {
    type Event = Euro;
    type Env = ();

    fn on_event(&mut self, event: Euro, _ctx: &EventContext) -> JobResult {
        self.all.push(event.total_cents);
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

#[test]
fn events_of_a_debounce_job_go_through_their_own_migration() {
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    lock().job::<released::Amounts>().check();
    let report = lock().job::<Forgotten>().outcome().unwrap_err();
    assert!(
        report.contains("the event of `Amounts` is not migrated from version 1 to 2"),
        "{report}"
    );
    assert!(report.contains("fn migrate_event("), "{report}");
    lock().job::<Euros>().check();
}
