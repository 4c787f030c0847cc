//! The least HTTP/1.1: one kept connection, one request at a time.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::Failure;

/// An answer that takes longer will not come.
const MOST_TIME: Duration = Duration::from_secs(30);

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// Sent by POST, if there is one.
    pub(crate) body: Option<String>,
}

impl Request {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        let path = path.into();
        Self { path, body: None }
    }

    pub(crate) fn post(path: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            body: Some(body.into()),
        }
    }

    fn text(&self) -> String {
        let path = &self.path;
        match &self.body {
            None => format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            Some(body) => format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        }
    }
}

/// A connection to a workerd on this machine.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// `url` is such as `http://127.0.0.1:40613`.
    pub(crate) async fn open(url: &str) -> Result<Self, Failure> {
        let address = url.strip_prefix("http://").unwrap_or(url);
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(4096),
        })
    }

    /// Fails unless the answer has status 200.
    pub(crate) async fn send(&mut self, request: &Request) -> Result<(), Failure> {
        let answered = timeout(MOST_TIME, self.exchange(&request.text())).await;
        match answered {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("{}: {error}", request.path).into()),
            Err(_) => Err(format!("{}: no answer within {MOST_TIME:?}", request.path).into()),
        }
    }

    async fn exchange(&mut self, request: &str) -> Result<(), Failure> {
        self.stream.write_all(request.as_bytes()).await?;
        self.received.clear();
        while !is_complete(&self.received) {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the connection was closed".into());
            }
        }
        match self.received.starts_with(b"HTTP/1.1 200") {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&self.received).into()),
        }
    }
}

/// Whether that is a whole answer.
fn is_complete(received: &[u8]) -> bool {
    let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let (head, body) = (&received[..end], &received[end + 4..]);
    match content_length(head) {
        Some(length) => body.len() >= length,
        None => body.ends_with(b"0\r\n\r\n"),
    }
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let value = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    })?;
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn an_answer_is_as_long_as_it_says() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        assert!(!is_complete(&[head.as_slice(), b"o"].concat()));
        assert!(is_complete(&[head.as_slice(), b"ok"].concat()));
        assert!(!is_complete(&head[..30]));
    }

    #[test]
    fn an_answer_in_chunks_ends_with_an_empty_one() {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert!(!is_complete(&[head.as_slice(), b"2\r\nok\r\n"].concat()));
        assert!(is_complete(
            &[head.as_slice(), b"2\r\nok\r\n0\r\n\r\n"].concat()
        ));
    }
}
