//! A map by request, for as many requests as an instance remembers.

use crate::{sorted::SortedMap, wire::RequestId};

/// How many parts the map has.
const SHARDS: usize = 16;

/// Entries in [`SHARDS`] sorted vectors, made with the first entry: one for all would move half of a thousand entries
/// for each that comes, and as many for each that goes. Requests have random ids, which share themselves out.
#[derive(Debug)]
pub(super) struct RequestMap<V>(Vec<SortedMap<RequestId, V>>);

impl<V> RequestMap<V> {
    pub(super) fn insert(&mut self, request: RequestId, value: V) {
        if self.0.is_empty() {
            self.0.resize_with(SHARDS, SortedMap::default);
        }
        if let Some(shard) = self.0.get_mut(shard_of(request)) {
            shard.insert(request, value);
        }
    }

    pub(super) fn get(&self, request: RequestId) -> Option<&V> {
        self.0.get(shard_of(request))?.get(&request)
    }

    pub(super) fn remove(&mut self, request: RequestId) {
        if let Some(shard) = self.0.get_mut(shard_of(request)) {
            shard.remove(&request);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(SortedMap::len).sum()
    }
}

fn shard_of(request: RequestId) -> usize {
    usize::try_from(request.number() % SHARDS as u64).unwrap_or_default()
}

impl<V> Default for RequestMap<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::{RequestId, RequestMap, SHARDS};

    #[test]
    fn values_are_found_by_their_requests() {
        let mut map = RequestMap::default();
        let requests = || (0..4 * SHARDS as u64).map(RequestId::new);
        requests().for_each(|request| map.insert(request, request.number()));
        map.insert(RequestId::new(5), 50);
        assert_eq!(map.len(), 4 * SHARDS);
        map.remove(RequestId::new(6));
        map.remove(RequestId::new(6));
        assert_eq!(map.len(), 4 * SHARDS - 1);
        for request in requests() {
            let expected = match request.number() {
                5 => Some(50),
                6 => None,
                number => Some(number),
            };
            assert_eq!(map.get(request).copied(), expected);
        }
    }
}
