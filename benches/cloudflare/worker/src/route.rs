//! Which call a URL means.

/// What a request asks for.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    /// `/ping`: an answer without any object.
    Ping,
    /// `/counters`: how often handlers have run in this isolate.
    Counters,
    /// `/{kind}/{job}/{id}/{action}`.
    Call(Call<'a>),
    Nothing,
}

/// A call of an instance.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) kind: &'a str,
    pub(crate) job: &'a str,
    pub(crate) id: &'a str,
    pub(crate) action: &'a str,
}

impl<'a> Route<'a> {
    pub(crate) fn of(url: &'a str) -> Self {
        // Behind the scheme, nothing, and the host.
        let mut parts = url.split('/').skip(3);
        let mut part = || parts.next();
        match (part(), part(), part(), part(), part()) {
            (Some("ping"), None, ..) => Self::Ping,
            (Some("counters"), None, ..) => Self::Counters,
            (Some(kind), Some(job), Some(id), Some(action), None) => Self::Call(Call {
                kind,
                job,
                id,
                action,
            }),
            _ => Self::Nothing,
        }
    }
}
