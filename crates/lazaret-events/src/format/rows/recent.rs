//! A few values, the ones met last first.

/// Values that are remembered, and how many are looked at for that.
const KEPT: usize = 16;
const TRIES: usize = 256;

/// Values in the order in which they are asked.
pub(super) struct Recent<T> {
    values: Vec<T>,
    /// Their numbers; these are moved, not the values.
    order: Vec<usize>,
    tried: usize,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            order: Vec::new(),
            tried: 0,
        }
    }
}

impl<T> Recent<T> {
    /// The first value that `fits`, and what that gave; it is asked first the
    /// next time.
    pub(super) fn find<R>(&mut self, mut fits: impl FnMut(&T) -> Option<R>) -> Option<(&T, R)> {
        let mut order = self.order.iter().enumerate();
        let (nth, at, found) =
            order.find_map(|(nth, at)| Some((nth, *at, fits(self.values.get(*at)?)?)))?;
        self.order.swap(0, nth);
        Some((self.values.get(at)?, found))
    }

    /// Whether another value is worth a look: of what differs each time none is.
    pub(super) fn try_one(&mut self) -> bool {
        self.tried += 1;
        self.tried <= TRIES
    }

    /// Keeps a value, in place of the one that was not met for long.
    pub(super) fn keep(&mut self, value: T) {
        let last = self.order.pop_if(|_| self.values.len() >= KEPT);
        let at = last.unwrap_or(self.values.len());
        match self.values.get_mut(at) {
            Some(old) => *old = value,
            None => self.values.push(value),
        }
        self.order.insert(0, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_makes_room() {
        let mut recent = Recent::default();
        (0..KEPT).for_each(|value| recent.keep(value));
        let has = |recent: &mut Recent<usize>, value| {
            recent
                .find(|known| (*known == value).then_some(()))
                .is_some()
        };
        assert!(has(&mut recent, 0));
        recent.keep(KEPT);
        assert!(has(&mut recent, 0) && has(&mut recent, KEPT) && !has(&mut recent, KEPT - 1));
        assert!((0..TRIES).all(|_| recent.try_one()) && !recent.try_one());
    }
}
