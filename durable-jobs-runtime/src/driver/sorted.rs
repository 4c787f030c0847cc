//! A map for what is few at a time.

/// Entries in a vector, in the order of their keys. A tree is faster from thousands of entries on, and has ten times the code:
/// a Worker pays for that with each of its cold starts.
pub(super) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K: Ord, V> SortedMap<K, V> {
    pub(super) fn insert(&mut self, key: K, value: V) {
        match self.get_mut(&key) {
            Some(there) => *there = value,
            None => {
                let (Ok(gap) | Err(gap)) = self.place(&key);
                self.0.insert(gap, (key, value));
            }
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        let there = self.place(key).ok()?;
        self.0.get(there).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let there = self.place(key).ok()?;
        self.0.get_mut(there).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let there = self.place(key).ok()?;
        Some(self.0.remove(there).1)
    }

    /// All entries in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes all values out, in the order of their keys.
    pub(super) fn take_values(&mut self) -> impl Iterator<Item = V> + use<K, V> {
        std::mem::take(&mut self.0)
            .into_iter()
            .map(|(_, value)| value)
    }

    /// Where the key is, or belongs.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(there, _)| there.cmp(key))
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::SortedMap;

    #[test]
    fn values_are_found_by_their_keys_and_come_in_the_order_of_these() {
        let mut map = SortedMap::default();
        for (key, value) in [(3, "c"), (1, "a"), (2, "?"), (2, "b")] {
            map.insert(key, value);
        }
        assert_eq!((map.get(&2), map.get(&4)), (Some(&"b"), None));
        assert_eq!((map.remove(&2), map.remove(&2)), (Some("b"), None));
        assert_eq!(map.take_values().collect::<Vec<_>>(), ["a", "c"]);
        assert!(map.is_empty());
    }
}
