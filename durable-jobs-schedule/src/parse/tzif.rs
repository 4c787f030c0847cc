//! A reader of TZif files (RFC 9636), of the 64-bit data block and the footer.

use super::posix;
use crate::{Rule, Transition};

/// 2024-01-01T00:00:00Z: earlier changes are left out of the tables.
const TABLE_START: i64 = 1_704_067_200;

pub(super) struct Table {
    pub(super) first_offset: i32,
    pub(super) transitions: Vec<Transition>,
    pub(super) rule: Rule,
}

/// Reads the changes from 2024 on, and the rule; `None` if the data is not TZif version 2 or
/// later, or has a footer that is not a rule of months, weeks and weekdays.
pub(super) fn read(data: &[u8]) -> Option<Table> {
    let mut bytes = Bytes(data);
    let narrow = Counts::read(&mut bytes)?;
    bytes.take(narrow.block_length(4))?;
    let wide = Counts::read(&mut bytes)?;
    let block = bytes.take(wide.block_length(8))?;
    let all = transitions(block, &wide)?;
    let rule = posix::rule(str::from_utf8(bytes.footer()?).ok()?)?;

    let kept_from = all.partition_point(|change| change.at < TABLE_START);
    let (dropped, kept) = all.split_at_checked(kept_from)?;
    let first_offset = match dropped.last() {
        Some(change) if !kept.is_empty() => change.offset,
        _ => rule.standard_offset,
    };
    Some(Table {
        first_offset,
        transitions: kept.to_vec(),
        rule,
    })
}

fn transitions(block: &[u8], counts: &Counts) -> Option<Vec<Transition>> {
    let mut block = Bytes(block);
    let times = block.take(counts.times * 8)?.chunks_exact(8);
    let kinds = block.take(counts.times)?;
    let offsets = offsets(block.take(counts.kinds * 6)?)?;
    let transition = |(time, kind): (&[u8], &u8)| {
        let at = i64::from_be_bytes(time.try_into().ok()?);
        Some(Transition {
            at,
            offset: *offsets.get(usize::from(*kind))?,
        })
    };
    times.zip(kinds).map(transition).collect()
}

fn offsets(records: &[u8]) -> Option<Vec<i32>> {
    let offset = |record: &[u8]| Some(i32::from_be_bytes(*record.first_chunk()?));
    records.chunks_exact(6).map(offset).collect()
}

struct Counts {
    leap_seconds: usize,
    times: usize,
    kinds: usize,
    letters: usize,
    indicators: usize,
}

impl Counts {
    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let magic_and_version = bytes.take(5)?;
        if !magic_and_version.starts_with(b"TZif") || magic_and_version.last()? < &b'2' {
            return None;
        }
        bytes.take(15)?;
        let mut count = || usize::try_from(u32::from_be_bytes(*bytes.take(4)?.first_chunk()?)).ok();
        let indicators = count()?.checked_add(count()?)?;
        let (leap_seconds, times, kinds, letters) = (count()?, count()?, count()?, count()?);
        Some(Self {
            leap_seconds,
            times,
            kinds,
            letters,
            indicators,
        })
    }

    fn block_length(&self, time_width: usize) -> usize {
        self.times * (time_width + 1)
            + self.kinds * 6
            + self.letters
            + self.leap_seconds * (time_width + 4)
            + self.indicators
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn footer(&self) -> Option<&'a [u8]> {
        self.0.strip_prefix(b"\n")?.strip_suffix(b"\n")
    }
}
