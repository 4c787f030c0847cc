//! The jobs that are measured. All live in one class, so that the load generator sees one namespace, as that of the
//! hand-written object is.

use durable_jobs::prelude::*;

use crate::counters::count;

durable_jobs::__private::export_object! {
    class: "Jobs",
    jobs: [Latest, Max10, Short, Accum, Counter, Plain, Ticker]
}

/// A number, as an event.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Value {
    v: f64,
}

/// Things to gather, as an event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Items {
    items: Vec<Item>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    id: u64,
    body: String,
}

/// A debounce job that keeps the last event.
macro_rules! keeps_the_last {
    ($(#[$attribute:meta])* $job:ident) => {
        $(#[$attribute])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $job {
            last: Option<Value>,
        }

        impl Debounce for $job {
            type Event = Value;
            type Env = ();

            fn on_event(&mut self, event: Value, _ctx: &EventContext) -> JobResult {
                self.last = Some(event);
                Ok(())
            }

            async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
                count(|counters| counters.debounce_flush += 1);
                Ok(())
            }
        }
    };
}

keeps_the_last! {
    /// A batch that stays open for longer than a measurement takes.
    #[debounce(flush_after = "5m", max_buffered = 4_000_000_000, name = "latest")]
    Latest
}
keeps_the_last! {
    /// A batch of ten.
    #[debounce(flush_after = "5m", max_events = 10, name = "max10")]
    Max10
}
keeps_the_last! {
    /// A batch that is flushed by its alarm.
    #[debounce(flush_after = "1s", max_buffered = 4_000_000_000, name = "short")]
    Short
}

/// A batch whose state grows with every event.
#[debounce(flush_after = "5m", max_buffered = 4_000_000_000, name = "accum")]
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Accum {
    items: Vec<Item>,
}

impl Debounce for Accum {
    type Event = Items;
    type Env = ();

    fn on_event(&mut self, event: Items, _ctx: &EventContext) -> JobResult {
        self.items.extend(event.items);
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        count(|counters| counters.debounce_flush += 1);
        Ok(())
    }
}

/// A sum whose timer every event moves.
#[task(name = "counter")]
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counter {
    n: f64,
}

impl Task for Counter {
    type Event = Value;
    type Env = ();

    async fn on_event(&mut self, event: Value, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.n += event.v;
        ctx.schedule(Duration::from_secs(5 * 60));
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        count(|counters| counters.task_exec += 1);
        Ok(())
    }
}

/// A sum without a timer.
#[task(name = "plain")]
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Plain {
    n: f64,
}

impl Task for Plain {
    type Event = Value;
    type Env = ();

    async fn on_event(&mut self, event: Value, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.n += event.v;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        count(|counters| counters.task_exec += 1);
        Ok(())
    }
}

/// A number that grows with every run.
#[continuous(every = "30m", name = "ticker")]
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ticker {
    n: f64,
}

impl Continuous for Ticker {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.n += 1.0;
        count(|counters| counters.cont_exec += 1);
        Ok(Next::Scheduled)
    }
}
