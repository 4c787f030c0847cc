//! Walks an order through its states, by events and by its timer.

use std::fmt;

use durable_jobs::prelude::*;

use crate::services::Services;

/// How long a customer has to pay before the reminder, and again before the order is cancelled.
pub const TIME_TO_PAY: Duration = Duration::from_secs(6);

/// How long it takes to pack a parcel.
pub const TIME_TO_PACK: Duration = Duration::from_secs(2);

/// How often the carrier is asked whether a parcel has arrived.
pub const TIME_BETWEEN_QUESTIONS: Duration = Duration::from_secs(3);

/// How long a finished order is kept.
pub const TIME_TO_KEEP: Duration = Duration::from_mins(1);

/// One order.
///
/// ```text
/// new ── placed ──┬── paid ── shipped ── delivered
///                 └── reminded ──┬── paid ..
///                                └── cancelled
/// ```
#[task(
    retry(max_attempts = 8, base = "500ms", max = "5s", jitter),
    timeout = "10s"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Not placed yet.
    #[default]
    New,
    /// Waits for the money.
    Placed {
        /// What the customer owes.
        total_cents: u64,
    },
    /// Still waits for the money; the customer was reminded.
    Reminded {
        /// What the customer owes.
        total_cents: u64,
    },
    /// Is being packed.
    Paid {
        /// What the customer has paid.
        total_cents: u64,
    },
    /// Is on its way.
    Shipped {
        /// The carrier's number.
        tracking: String,
    },
    /// Has arrived.
    Delivered,
    /// Will not be sent.
    Cancelled,
}

/// What customers do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEvent {
    /// Orders something.
    Placed {
        /// What it costs.
        total_cents: u64,
    },
    /// Pays.
    Paid,
    /// Changes their mind.
    Cancelled,
}

impl Task for Order {
    type Event = OrderEvent;
    type Env = Services;

    async fn on_event(&mut self, event: OrderEvent, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        match (&*self, event) {
            (Self::New, OrderEvent::Placed { total_cents }) => {
                *self = Self::Placed { total_cents };
                ctx.schedule(TIME_TO_PAY);
                ctx.emit("placed", Cents(total_cents).to_string());
            }
            (&Self::Placed { total_cents } | &Self::Reminded { total_cents }, OrderEvent::Paid) => {
                *self = Self::Paid { total_cents };
                ctx.schedule(TIME_TO_PACK);
                ctx.emit("paid", Cents(total_cents).to_string());
            }
            (Self::Placed { .. } | Self::Reminded { .. }, OrderEvent::Cancelled) => {
                self.finish(Self::Cancelled, "by the customer", ctx);
            }
            (state, event) => {
                return Err(JobError::terminal(format!(
                    "{state} orders cannot be {event}"
                )));
            }
        }
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        match self {
            Self::New => {}
            &mut Self::Placed { total_cents } => {
                ctx.env().shop.remind(ctx.id()).await?;
                *self = Self::Reminded { total_cents };
                ctx.schedule(TIME_TO_PAY);
                ctx.emit("reminded", "to pay");
            }
            Self::Reminded { .. } => self.finish(Self::Cancelled, "because nobody paid", ctx),
            Self::Paid { .. } => {
                let tracking = ctx
                    .env()
                    .shop
                    .ship(ctx.id(), &ctx.idempotency_key())
                    .await?;
                ctx.schedule(TIME_BETWEEN_QUESTIONS);
                ctx.emit("shipped", format!("as {tracking}"));
                *self = Self::Shipped { tracking };
            }
            Self::Shipped { tracking } => {
                if ctx.env().shop.is_delivered(tracking).await? {
                    self.finish(Self::Delivered, "to the customer", ctx);
                } else {
                    ctx.schedule(TIME_BETWEEN_QUESTIONS);
                }
            }
            Self::Delivered | Self::Cancelled => ctx.terminate("archived"),
        }
        Ok(())
    }
}

impl Order {
    /// Ends the walk: the timer that is set here deletes the order.
    fn finish(&mut self, state: Self, details: &str, ctx: &mut TaskContext<'_, Self>) {
        ctx.schedule(TIME_TO_KEEP);
        ctx.emit(&state.to_string(), details);
        *self = state;
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Placed { .. } => "placed",
            Self::Reminded { .. } => "reminded",
            Self::Paid { .. } => "paid",
            Self::Shipped { .. } => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        })
    }
}

impl fmt::Display for OrderEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Placed { .. } => "placed",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        })
    }
}

/// An amount of money, as people read it.
struct Cents(u64);

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} EUR", self.0 / 100, self.0 % 100)
    }
}
