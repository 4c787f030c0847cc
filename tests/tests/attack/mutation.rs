//! Texts and numbers that were valid once.

use proptest::{prelude::*, sample::Index};

/// What is put where something else is expected.
const WORDS: [&str; 22] = [
    "",
    "null",
    "{}",
    "[]",
    "\"\"",
    "true",
    "-1",
    "0",
    "1",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "0.5",
    "\u{0}",
    "\u{1f980}",
    "\\ud800",
    "ffffffffffffffff",
    "running",
    "not_found",
];

/// Whole numbers at the edges of what is counted.
pub(crate) const EDGES: [i64; 12] = [
    i64::MIN,
    i64::MIN + 1,
    -62_135_596_800_000,
    -1,
    0,
    1,
    86_400_000,
    u32::MAX as i64,
    1 << 53,
    253_402_300_800_000,
    i64::MAX - 1,
    i64::MAX,
];

/// One change of a text.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    FlipBit(Index, u8),
    Insert(Index, &'static str),
    Delete(Index, usize),
    Repeat(Index, usize),
    Cut(Index),
    /// One of its numbers becomes another.
    Number(Index, &'static str),
    /// Something else stands in its place.
    Replace(&'static str),
    /// So many brackets around it.
    Wrap(usize),
}

pub(crate) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let word = || prop::sample::select(&WORDS[..]);
    let edit = prop_oneof![
        2 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Edit::FlipBit(at, bit)),
        2 => (any::<Index>(), word()).prop_map(|(at, word)| Edit::Insert(at, word)),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Edit::Delete(at, length)),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Edit::Repeat(at, length)),
        1 => any::<Index>().prop_map(Edit::Cut),
        6 => (any::<Index>(), word()).prop_map(|(at, word)| Edit::Number(at, word)),
        1 => word().prop_map(Edit::Replace),
        1 => prop_oneof![1..4_usize, Just(100_000)].prop_map(Edit::Wrap),
    ];
    prop::collection::vec(edit, 1..4)
}

/// The text after these changes, which need not be UTF-8 any more.
pub(crate) fn edited(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    edits.iter().fold(text.to_vec(), apply)
}

pub(crate) fn edited_text(text: &str, edits: &[Edit]) -> String {
    String::from_utf8_lossy(&edited(text.as_bytes(), edits)).into_owned()
}

fn apply(mut text: Vec<u8>, edit: &Edit) -> Vec<u8> {
    let place = |at: &Index, text: &[u8]| at.index(text.len() + 1);
    match edit {
        Edit::FlipBit(at, bit) if !text.is_empty() => {
            let at = at.index(text.len());
            text[at] ^= 1 << bit;
        }
        Edit::Insert(at, word) => {
            let at = place(at, &text);
            text.splice(at..at, word.bytes());
        }
        Edit::Delete(at, length) => {
            let at = place(at, &text);
            let end = text.len().min(at + length);
            text.drain(at..end);
        }
        Edit::Repeat(at, length) => {
            let at = place(at, &text);
            let end = text.len().min(at + length);
            let again = text[at..end].to_vec();
            text.splice(at..at, again);
        }
        Edit::Cut(at) => text.truncate(place(at, &text)),
        Edit::Number(at, word) => {
            let numbers = numbers(&text);
            if !numbers.is_empty() {
                let number = numbers[at.index(numbers.len())].clone();
                text.splice(number, word.bytes());
            }
        }
        Edit::Replace(word) => text = word.as_bytes().to_vec(),
        Edit::Wrap(depth) => {
            let mut wrapped = vec![b'['; *depth];
            wrapped.append(&mut text);
            wrapped.resize(wrapped.len() + depth, b']');
            text = wrapped;
        }
        Edit::FlipBit(..) => {}
    }
    text
}

/// Where runs of digits stand.
fn numbers(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut begun = None;
    for (at, byte) in text.iter().chain(b" ").enumerate() {
        match (begun, byte.is_ascii_digit()) {
            (None, true) => begun = Some(at),
            (Some(first), false) => {
                found.push(first..at);
                begun = None;
            }
            _ => {}
        }
    }
    found
}
