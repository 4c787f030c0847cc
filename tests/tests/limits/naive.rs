//! Rate limits as one would write them down: slow, and without regard to what has to be stored.

use std::ops::Range;

/// A limit in numbers, all times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) kind: Kind,
    pub(crate) permits: i64,
    pub(crate) burst: i64,
    pub(crate) window: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Bucket,
    Sliding,
    Fixed,
}

/// Everything that was ever granted: when, and how much.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants(Vec<(i64, i64)>);

impl Grants {
    pub(crate) fn add(&mut self, at: i64, permits: i64) {
        self.0.push((at, permits));
    }

    /// Nothing of it counts any more.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// What was granted in a time.
    pub(crate) fn in_time(&self, time: Range<i64>) -> i64 {
        let later = self.0.iter().rev().take_while(|(at, _)| *at >= time.start);
        later
            .filter(|(at, _)| *at < time.end)
            .map(|(_, permits)| permits)
            .sum()
    }

    /// The grants, the last one first, with all that was granted since each.
    fn sums(&self) -> impl Iterator<Item = (i64, i64)> {
        let sum = |sum: &mut i64, (at, permits): &(i64, i64)| {
            *sum += permits;
            Some((*at, *sum))
        };
        self.0.iter().rev().scan(0, sum)
    }
}

impl Limit {
    /// How many permits there are, by the definition of the algorithm.
    pub(crate) fn available(&self, grants: &Grants, now: i64) -> i64 {
        match self.kind {
            Kind::Bucket => self.in_bucket(grants, now),
            Kind::Sliding => self.permits - self.counting(grants, now),
            Kind::Fixed => {
                let begin = now.div_euclid(self.window) * self.window;
                self.permits - grants.in_time(begin..begin + self.window)
            }
        }
    }

    /// In no time is more let through than what a full bucket holds and what drips in meanwhile.
    fn in_bucket(&self, grants: &Grants, now: i64) -> i64 {
        let left = |(since, sum): (i64, i64)| {
            let dripped = i128::from(now - since) * i128::from(self.permits);
            let room = dripped + i128::from(self.burst - sum) * i128::from(self.window);
            i64::try_from(room.div_euclid(i128::from(self.window))).expect("a number of permits")
        };
        grants
            .sums()
            .map(left)
            .min()
            .map_or(self.burst, |left| left.min(self.burst))
    }

    fn grain(&self) -> i64 {
        match self.permits {
            ..=60 => 1,
            _ => (self.window + 59) / 60,
        }
    }

    /// What was taken counts from the end of its grain for the time of a window.
    fn counting(&self, grants: &Grants, now: i64) -> i64 {
        let grain = self.grain();
        let counts =
            |(at, _): &&(i64, i64)| (at + grain - 1).div_euclid(grain) * grain + self.window > now;
        let later = grants.0.iter().rev().take_while(counts);
        later.map(|(_, permits)| permits).sum()
    }

    /// The most that is ever granted in a time of this length, whatever the clock shows.
    pub(crate) fn most_in(&self, time: i64) -> i64 {
        match self.kind {
            Kind::Bucket => self.burst + time * self.permits / self.window,
            Kind::Sliding => self.permits * (time / self.window + 1),
            Kind::Fixed => self.permits * (time / self.window + 2),
        }
    }

    /// The longest that anybody is told to wait, whatever the clock shows.
    pub(crate) fn longest_wait(&self) -> i64 {
        match self.kind {
            Kind::Bucket => (self.burst * self.window + self.permits - 1) / self.permits,
            Kind::Sliding => self.window + self.grain() - 1,
            Kind::Fixed => 2 * self.window,
        }
    }
}
