//! Events are locked beside the state.

use durable_jobs::prelude::*;
use durable_jobs_testing::{Update, schema_lock};
use expect_test::expect;

use crate::stored::{fields, folder};

mod released {
    use super::*;

    /// Walks an order through its states.
    #[task(name = "Order")]
    #[derive(Default, Serialize, Deserialize)]
    pub(crate) enum Order {
        #[default]
        New,
        Placed {
            total: u64,
        },
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) enum OrderEvent {
        Place { total: u64 },
        Cancel,
    }

    impl Task for Order {
        type Event = OrderEvent;
        type Env = ();

        async fn on_event(
            &mut self,
            event: OrderEvent,
            _ctx: &mut TaskContext<'_, Self>,
        ) -> JobResult {
            *self = match event {
                OrderEvent::Place { total } => Self::Placed { total },
                OrderEvent::Cancel => Self::New,
            };
            Ok(())
        }

        async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
            Ok(())
        }
    }
}

mod changed {
    use super::*;

    /// The same under the same name, with another event.
    #[task(name = "Order")]
    #[derive(Default, Serialize, Deserialize)]
    pub(crate) enum Order {
        #[default]
        New,
        Placed {
            total: u64,
        },
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) enum OrderEvent {
        Place { total: u64, currency: String },
        Cancel,
    }

    impl Task for Order {
        type Event = OrderEvent;
        type Env = ();

        async fn on_event(
            &mut self,
            event: OrderEvent,
            _ctx: &mut TaskContext<'_, Self>,
        ) -> JobResult {
            *self = match event {
                OrderEvent::Place { total, .. } => Self::Placed { total },
                OrderEvent::Cancel => Self::New,
            };
            Ok(())
        }

        async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
            Ok(())
        }
    }
}

/// Collects amounts.
#[debounce(flush_after = "5s")]
#[derive(Default, Serialize, Deserialize)]
struct Amounts {
    all: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct Amount {
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

#[test]
fn a_changed_event_of_a_task_is_found() {
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    lock().job::<released::Order>().outcome().unwrap();
    lock().job::<released::Order>().outcome().unwrap();
    let report = lock().job::<changed::Order>().outcome().unwrap_err();
    assert!(
        report.starts_with("Order.event.v1.json: the event of `Order`"),
        "{report}"
    );
    expect!["`Place.currency` is new: string: missing field `currency`"]
        .assert_eq(&fields(&report));
}

#[test]
fn a_debounce_job_has_a_file_for_its_event_and_one_for_its_state() {
    let folder = folder();
    schema_lock(folder.path())
        .update(Update::Missing)
        .job::<Amounts>()
        .check();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    expect![[r#"
        {
          "job": "Amounts",
          "type": "event",
          "version": 1,
          "shape": {
            "(itself)": "object",
            "cents": "u64"
          },
          "samples": [
            {
              "cents": 18446744073709551615
            }
          ]
        }
    "#]]
    .assert_eq(&read("Amounts.event.v1.json"));
    expect![[r#"
        {
          "job": "Amounts",
          "type": "state",
          "version": 1,
          "shape": {
            "(itself)": "object",
            "all": "list",
            "all[]": "u64"
          },
          "samples": [
            {
              "all": [
                18446744073709551615
              ]
            },
            {
              "all": []
            }
          ]
        }
    "#]]
    .assert_eq(&read("Amounts.state.v1.json"));
}
