//! A map for what is few at a time.

/// Entries in a vector, in the order of their keys. A tree is faster from thousands of entries on, and has ten times the code:
/// a Worker pays for that with each of its cold starts. An entry behind all others costs no move.
#[derive(Debug)]
pub(crate) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K: Ord, V> SortedMap<K, V> {
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(there) => self.0[there].1 = value,
            Err(gap) => self.0.insert(gap, (key, value)),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let there = self.place(key).ok()?;
        self.0.get(there).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let there = self.place(key).ok()?;
        self.0.get_mut(there).map(|(_, value)| value)
    }

    /// The value of a key, which is added if it is not there.
    pub(crate) fn or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let (Ok(place) | Err(place)) = self.place(&key).inspect_err(|gap| {
            self.0.insert(*gap, (key, value()));
        });
        &mut self.0[place].1
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let there = self.place(key).ok()?;
        Some(self.0.remove(there).1)
    }

    /// Leaves out the entries that are not wanted.
    pub(crate) fn retain(&mut self, mut wanted: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| wanted(key, value));
    }

    /// All entries in the order of their keys.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &(K, V)> {
        self.0.iter()
    }

    /// All entries in the order of their keys.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All values in the order of their keys.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The entry with the least key.
    pub(crate) fn first(&self) -> Option<&(K, V)> {
        self.0.first()
    }

    /// The entry with the greatest key.
    pub(crate) fn last(&self) -> Option<&(K, V)> {
        self.0.last()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes all values out, in the order of their keys.
    pub(crate) fn take_values(&mut self) -> impl Iterator<Item = V> + use<K, V> {
        std::mem::take(&mut self.0)
            .into_iter()
            .map(|(_, value)| value)
    }

    /// Where the key is, or belongs.
    fn place(&self, key: &K) -> Result<usize, usize> {
        match self.0.last() {
            Some((last, _)) if last < key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(there, _)| there.cmp(key)),
        }
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
        assert_eq!(*map.or_insert_with(2, || "?"), "b");
        assert_eq!(*map.or_insert_with(5, || "e"), "e");
        assert_eq!(
            (map.first(), map.last()),
            (Some(&(1, "a")), Some(&(5, "e")))
        );
        assert_eq!((map.remove(&2), map.remove(&2)), (Some("b"), None));
        map.retain(|key, _| *key < 5);
        assert_eq!(map.take_values().collect::<Vec<_>>(), ["a", "c"]);
        assert!(map.is_empty());
    }
}
