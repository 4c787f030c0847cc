use durable_jobs::{Envelope, prelude::*};

#[queue(
    concurrency = 8,
    partitions = 4,
    order = "fifo",
    rate = "1_000/1h 30m",
    visibility = "1m",
    timeout = "59s",
    max_depth = 5_000,
    dedup_window = "1d",
    retry(patient, max_attempts = 3),
    version = 2,
    name = "emails",
    client = Emails
)]
#[derive(Serialize, Deserialize)]
pub struct Email {
    to: String,
}

impl Queue for Email {
    type Env = ();

    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
        println!("{} {:?} {}", self.to, ctx.event_id(), ctx.partition());
        Ok(())
    }

    async fn on_dead_letter(&self, error: &JobError, _ctx: &mut QueueContext<'_, Self>) {
        println!("{}: {error}", self.to);
    }

    fn partition_key(&self) -> Option<String> {
        Some(self.to.clone())
    }

    fn priority(&self) -> i32 {
        1
    }
}

pub async fn enqueue(emails: &Emails, to: &str) -> Result<u64, durable_jobs::ClientError> {
    let email = || Email { to: to.to_owned() };
    emails.enqueue(to, email()).await?;
    let later = Envelope::new(email()).id("1").delay(Duration::from_secs(1)).priority(2);
    emails.enqueue(to, later).await?;
    Ok(emails.enqueue_many(to, [email(), email()]).await?.depth)
}

pub fn main() {}
