//! Just enough of HTTP to talk to a Worker: one request for each connection, and answers that are known to be whole.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::WorkerdError;

/// Longer than any answer takes that a test waits for.
const LIMIT: Duration = Duration::from_secs(60);

/// What a Worker answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, such as 200.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Gets that URL.
///
/// # Errors
///
/// When there is no whole answer within 60 seconds.
pub fn get(url: &str) -> Result<Answer, WorkerdError> {
    send("GET", url, "")
}

/// Posts a body to that URL.
///
/// # Errors
///
/// When there is no whole answer within 60 seconds.
pub fn post(url: &str, body: &str) -> Result<Answer, WorkerdError> {
    send("POST", url, body)
}

fn send(method: &str, url: &str, body: &str) -> Result<Answer, WorkerdError> {
    exchange(method, url, body)
        .map_err(|error| WorkerdError::while_trying(format!("{method} {url}"), error))
}

fn exchange(method: &str, url: &str, body: &str) -> Result<Answer, WorkerdError> {
    let (address, path) = split(url).ok_or_else(|| WorkerdError::new("not an http URL"))?;
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    receive(&mut stream)
}

/// Reads no further than the answer goes: workerd may keep the connection open for seconds.
fn receive(stream: &mut TcpStream) -> Result<Answer, WorkerdError> {
    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Err(WorkerdError::new("the answer was cut off"));
        }
        received.extend_from_slice(&buffer[..read]);
        if let Some(answer) = parse(&received) {
            return Ok(answer);
        }
    }
}

fn split(url: &str) -> Option<(&str, String)> {
    let rest = url.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (address, path) = rest.split_at(end);
    match path.starts_with('/') {
        true => Some((address, path.to_owned())),
        false => Some((address, format!("/{path}"))),
    }
}

/// The answer, once it is whole.
fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let rest = &answer[end + 4..];
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = match header(&head, "content-length") {
        Some(length) => rest.get(..length.parse().ok()?)?.to_vec(),
        None if header(&head, "transfer-encoding") == Some("chunked") => joined(rest)?,
        None => Vec::new(),
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    Some(Answer { status, body })
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    headers
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim())
}

/// Chunks without their lengths; `None` if the last one is missing.
fn joined(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|bytes| bytes == b"\r\n")?;
        let length = std::str::from_utf8(&rest[..end]).ok()?;
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        let chunk = rest.get(end + 2..end + 2 + length)?;
        body.extend_from_slice(chunk);
        rest = rest.get(end + 2 + length + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, parse, split};

    fn answer(text: &str) -> Option<Answer> {
        parse(text.as_bytes())
    }

    fn body(text: &str) -> Option<String> {
        answer(text).map(|answer| answer.body)
    }

    #[test]
    fn a_body_has_the_length_that_was_announced() {
        let head = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n";
        let whole = answer(&format!("{head}hello")).unwrap();
        assert_eq!((whole.status, &*whole.body), (404, "hello"));
        assert_eq!(answer(&format!("{head}hell")), None);
    }

    #[test]
    fn chunks_are_joined_and_the_last_must_be_there() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let chunks = "5\r\nhello\r\n1\r\n!\r\n";
        assert_eq!(body(&format!("{head}{chunks}0\r\n\r\n")).unwrap(), "hello!");
        assert_eq!(body(&format!("{head}{chunks}")), None);
        assert_eq!(body(&format!("{head}5\r\nhel")), None);
    }

    #[test]
    fn an_answer_without_its_head_is_none() {
        assert_eq!(answer(""), None);
        assert_eq!(answer("HTTP/1.1 200 OK\r\n"), None);
    }

    #[test]
    fn a_url_is_an_address_and_a_path() {
        assert_eq!(split("http://a:1/b?c"), Some(("a:1", "/b?c".into())));
        assert_eq!(split("http://a:1"), Some(("a:1", "/".into())));
        assert_eq!(split("http://a:1?c"), Some(("a:1", "/?c".into())));
        assert_eq!(split("ftp://a"), None);
    }
}
