//! An endpoint on the loopback interface that behaves as it is told.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
};

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// It is answered with 200.
    Take,
    /// It is answered with this status.
    Answer(u16),
    /// It is read, and never answered.
    Stall,
}

/// A server for requests of a tracker.
pub(crate) struct Endpoint {
    port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    bodies: Mutex<Vec<String>>,
    more: Condvar,
}

impl Endpoint {
    /// Treats the first requests in these ways, all later ones in that one.
    pub(crate) fn start(first: impl IntoIterator<Item = Manner>, then: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let mut manners: VecDeque<Manner> = first.into_iter().collect();
        let server = Arc::clone(&seen);
        thread::spawn(move || {
            // What is not answered stays open, so that it does not fail.
            let mut stalled = Vec::new();
            for stream in listener.incoming() {
                let manner = manners.pop_front().unwrap_or(then);
                stalled.extend(server.serve(stream.unwrap(), manner));
            }
        });
        Self { port, seen }
    }

    /// An address where nobody listens.
    pub(crate) fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/ingest", listener.local_addr().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/ingest", self.port)
    }

    /// The bodies of all requests, in order.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.seen.bodies.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    pub(crate) fn wait_for(&self, requests: usize) {
        let bodies = self.seen.bodies.lock().unwrap();
        let enough = self
            .seen
            .more
            .wait_while(bodies, |bodies| bodies.len() < requests);
        drop(enough.unwrap());
    }
}

impl Seen {
    /// Reads one request and answers it; gives back a connection that is not answered.
    fn serve(&self, stream: TcpStream, manner: Manner) -> Option<TcpStream> {
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        self.bodies
            .lock()
            .unwrap()
            .push(String::from_utf8(body).unwrap());
        self.more.notify_all();
        let status = match manner {
            Manner::Take => 200,
            Manner::Answer(status) => status,
            Manner::Stall => return Some(reader.into_inner()),
        };
        let mut stream = reader.into_inner();
        let answer =
            format!("HTTP/1.1 {status} Told\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).unwrap();
        None
    }
}
