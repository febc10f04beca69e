//! Which trials are still to be decided, and by which run. Pure.

/// Runs in a row that may come to nothing before all that is left is given up.
const FRUITLESS: usize = 3;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// As many trials as it comes to.
    Shared,
    /// This trial only.
    Alone(usize),
}

/// Trials by their index, in the order of the text.
#[derive(Debug)]
pub(super) struct Pool {
    /// The step at which each begins.
    begins: Vec<usize>,
    /// Not tried yet.
    fresh: Vec<usize>,
    /// Noticed once, in a run that could not prove that it was for their own sake.
    again: Vec<usize>,
    /// Each needs a run of its own.
    apart: Vec<usize>,
    /// Shared runs that are under way.
    running: usize,
    /// Runs since the last one that came to an end.
    fruitless: usize,
}

impl Pool {
    /// `begins` says at which step each trial begins. Those that begin before `from` need runs of their own, as all
    /// others begin there.
    pub(super) fn new(begins: Vec<usize>, from: usize) -> Self {
        let (fresh, apart) = (0..begins.len()).partition(|trial| begins[*trial] >= from);
        Self {
            begins,
            fresh,
            again: Vec::new(),
            apart,
            running: 0,
            fruitless: 0,
        }
    }

    /// Returns whether any trial waits for a run.
    pub(super) fn has_more(&self) -> bool {
        !(self.fresh.is_empty() && self.again.is_empty() && self.apart.is_empty())
    }

    /// Returns whether a shared run that has come to step `at` may find any there or later.
    pub(super) fn has_from(&self, at: usize) -> bool {
        let later = |trial: &usize| self.begins[*trial] >= at;
        self.fresh.iter().any(later) || self.again.iter().any(later)
    }

    /// Begins the next run, if there is work for one more.
    pub(super) fn next(&mut self) -> Option<Course> {
        if !self.apart.is_empty() {
            return Some(Course::Alone(self.apart.remove(0)));
        }
        if self.running < self.fresh.len() + self.again.len() {
            self.running += 1;
            return Some(Course::Shared);
        }
        None
    }

    /// Takes a trial that begins at `at`: those not tried yet come first, as one that passes ends the run.
    pub(super) fn take(&mut self, at: usize) -> Option<usize> {
        for list in [&mut self.fresh, &mut self.again] {
            if let Some(index) = list.iter().position(|trial| self.begins[*trial] == at) {
                return Some(list.remove(index));
            }
        }
        None
    }

    /// Puts trials back that were noticed in a run that ended too early to prove it.
    pub(super) fn put_back(&mut self, trials: &[usize]) {
        self.again.extend(trials);
    }

    /// Gives each of these a run of its own.
    pub(super) fn set_apart(&mut self, trials: &[usize]) {
        self.apart.extend(trials);
    }

    /// Notes that a run has ended, `well` or not; returns the trials that are given up.
    pub(super) fn ended(&mut self, course: Course, well: bool) -> Vec<usize> {
        self.fruitless = if well { 0 } else { self.fruitless + 1 };
        let mut given_up = Vec::new();
        match course {
            Course::Shared => self.running -= 1,
            Course::Alone(trial) if !well && self.fruitless < FRUITLESS => self.apart.push(trial),
            Course::Alone(trial) if !well => given_up.push(trial),
            Course::Alone(_) => {}
        }
        if self.fruitless >= FRUITLESS {
            given_up.append(&mut self.fresh);
            given_up.append(&mut self.again);
            given_up.append(&mut self.apart);
        }
        given_up
    }
}

#[cfg(test)]
mod tests {
    use super::{Course, Pool};

    #[test]
    fn runs_are_begun_as_long_as_trials_wait() {
        let mut pool = Pool::new(vec![0, 2, 2], 0);
        assert_eq!(pool.next(), Some(Course::Shared));
        assert_eq!((pool.take(0), pool.take(0)), (Some(0), None));
        assert!(pool.has_from(2) && !pool.has_from(3));
        assert_eq!((pool.take(2), pool.take(2)), (Some(1), Some(2)));
        // The first was noticed and the second passed, so the first is tried again; the third broke the guide.
        pool.put_back(&[1]);
        pool.set_apart(&[0]);
        assert_eq!(pool.next(), Some(Course::Alone(0)));
        assert!(pool.ended(Course::Shared, true).is_empty());
        assert_eq!((pool.next(), pool.next()), (Some(Course::Shared), None));
        assert_eq!(pool.take(2), Some(1));
        assert!(!pool.has_more());
    }

    #[test]
    fn what_begins_before_the_others_is_run_by_itself() {
        let mut pool = Pool::new(vec![0, 2, 1], 1);
        assert_eq!(pool.next(), Some(Course::Alone(0)));
        assert_eq!((pool.next(), pool.take(0)), (Some(Course::Shared), None));
        assert_eq!((pool.take(1), pool.take(2)), (Some(2), Some(1)));
    }

    #[test]
    fn a_guide_that_does_not_pass_any_more_ends_it() {
        let mut pool = Pool::new(vec![0, 1], 0);
        pool.set_apart(&[7]);
        assert_eq!(pool.next(), Some(Course::Alone(7)));
        assert!(pool.ended(Course::Alone(7), false).is_empty());
        assert_eq!(pool.next(), Some(Course::Alone(7)));
        assert!(pool.ended(Course::Alone(7), false).is_empty());
        assert_eq!(pool.next(), Some(Course::Alone(7)));
        assert_eq!(pool.ended(Course::Alone(7), false), [7, 0, 1]);
        assert!(!pool.has_more());
    }
}
