use durable_jobs::prelude::*;

#[continuous(cron = "0 9 * * MON-FRI", timezone = "Europe/Berlin")]
#[derive(Serialize, Deserialize)]
enum Report {
    Fresh,
    Sent { times: u32 },
}

impl Continuous for Report {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        *self = match self {
            Self::Fresh => Self::Sent { times: 1 },
            Self::Sent { times } => Self::Sent { times: *times + 1 },
        };
        Ok(Next::Scheduled)
    }
}

pub fn main() {}
