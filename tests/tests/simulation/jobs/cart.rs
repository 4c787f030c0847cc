//! A debounce job that hands on what it collected.

use durable_jobs::prelude::*;
use serde_json::Value;

use crate::office::{Office, run};

#[debounce(
    flush_after = "5s",
    max_events = 4,
    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false),
    timeout = "15s"
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Cart {
    items: Vec<u64>,
}

impl Debounce for Cart {
    type Event = u64;
    type Env = Office;

    fn on_event(&mut self, item: u64, _ctx: &EventContext) -> JobResult {
        self.items.push(item);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        ctx.env().work(run!(ctx, self.items.clone())).await
    }
}

/// What is put into a cart of version 2.
#[derive(Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) item: u64,
}

/// [`Cart`] with other events.
#[debounce(
    name = "Cart",
    flush_after = "7s",
    max_events = 3,
    version = 2,
    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false),
    timeout = "15s"
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct CartTwo {
    lines: Vec<u64>,
}

impl Debounce for CartTwo {
    type Event = Line;
    type Env = Office;

    fn on_event(&mut self, line: Line, _ctx: &EventContext) -> JobResult {
        self.lines.push(line.item);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        ctx.env().work(run!(ctx, self.lines.clone())).await
    }

    fn migrate_event(_from: u32, old: Value) -> JobResult<Line> {
        let item = old.as_u64().ok_or("the item is no number")?;
        Ok(Line { item })
    }

    fn migrate(_from: u32, old: Value) -> JobResult<Self> {
        let lines = serde_json::from_value(old["items"].clone())?;
        Ok(Self { lines })
    }
}
