//! Which links stand in order: a longest increasing run, weighted.

/// Returns, for each item, whether it is part of the heaviest run in which positions increase.
///
/// `items` are `(position, weight)`, in the order of the other side; positions are distinct. Fenwick's tree over
/// positions keeps the best run that ends at or before each; `O(n log n)`.
pub(super) fn in_order(items: &[(usize, u64)]) -> Vec<bool> {
    let size = items.iter().map(|item| item.0 + 1).max().unwrap_or(0);
    // (weight of the best run, index of its last item)
    let mut tree: Vec<(u64, Option<usize>)> = vec![(0, None); size + 1];
    let mut before: Vec<Option<usize>> = Vec::with_capacity(items.len());
    let mut best = (0, None);
    for (index, (position, weight)) in items.iter().enumerate() {
        let (head, last) = longest(&tree, *position);
        before.push(last);
        let run = head + weight;
        let mut at = position + 1;
        while at <= size {
            if run > tree[at].0 {
                tree[at] = (run, Some(index));
            }
            at += at & at.wrapping_neg();
        }
        if run > best.0 {
            best = (run, Some(index));
        }
    }
    let mut kept = vec![false; items.len()];
    let mut last = best.1;
    while let Some(index) = last {
        kept[index] = true;
        last = before[index];
    }
    kept
}

/// The best run that ends before `position`.
fn longest(tree: &[(u64, Option<usize>)], position: usize) -> (u64, Option<usize>) {
    let mut best = (0, None);
    let mut at = position;
    while at > 0 {
        if tree[at].0 > best.0 {
            best = tree[at];
        }
        at -= at & at.wrapping_neg();
    }
    best
}

/// Returns, for each item, whether it is part of every heaviest run. Of two items that change places either may be said
/// to have moved; what must not depend on which side is which asks this.
pub(super) fn surely_in_order(items: &[(usize, u64)]) -> Vec<bool> {
    let size = items.iter().map(|item| item.0 + 1).max().unwrap_or(0);
    let mirrored: Vec<(usize, u64)> = items
        .iter()
        .rev()
        .map(|(position, weight)| (size - 1 - position, *weight))
        .collect();
    let ending = runs(items);
    let mut starting = runs(&mirrored);
    starting.reverse();
    let best = ending.iter().copied().max().unwrap_or(0);
    // On a heaviest run an item covers the stretch of weight from `ending - weight` to `ending`; it is on all of them if
    // no other candidate covers a part of that stretch.
    let candidates: Vec<usize> = (0..items.len())
        .filter(|at| ending[*at] + starting[*at] - items[*at].1 == best)
        .collect();
    let stretch = |at: usize| (ending[at] - items[at].1, ending[at]);
    let mut sorted = candidates.clone();
    sorted.sort_by_key(|at| stretch(*at));
    let mut sure = vec![false; items.len()];
    let mut reached = 0;
    for (rank, at) in sorted.iter().enumerate() {
        let (from, to) = stretch(*at);
        let next = sorted.get(rank + 1).map_or(u64::MAX, |next| stretch(*next).0);
        sure[*at] = reached <= from && to <= next;
        reached = reached.max(to);
    }
    sure
}

/// Returns, for each item, the weight of the heaviest run that ends with it.
fn runs(items: &[(usize, u64)]) -> Vec<u64> {
    let size = items.iter().map(|item| item.0 + 1).max().unwrap_or(0);
    let mut tree: Vec<(u64, Option<usize>)> = vec![(0, None); size + 1];
    let mut found = Vec::with_capacity(items.len());
    for (position, weight) in items {
        let run = longest(&tree, *position).0 + weight;
        found.push(run);
        let mut at = position + 1;
        while at <= size {
            tree[at].0 = tree[at].0.max(run);
            at += at & at.wrapping_neg();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{in_order, surely_in_order};

    #[test]
    fn the_heaviest_run_stays() {
        assert_eq!(in_order(&[(3, 1), (0, 1), (1, 1), (2, 1)]), [false, true, true, true]);
        assert_eq!(in_order(&[(3, 9), (0, 1), (1, 1), (2, 1)]), [true, false, false, false]);
        assert_eq!(in_order(&[(0, 1), (2, 1), (1, 5), (3, 1)]), [true, false, true, true]);
        assert!(in_order(&[]).is_empty());
    }

    #[test]
    fn of_two_that_change_places_neither_is_sure() {
        assert_eq!(surely_in_order(&[(1, 5), (0, 5), (2, 5)]), [false, false, true]);
        assert_eq!(surely_in_order(&[(1, 5), (0, 4), (2, 5)]), [true, false, true]);
        assert_eq!(surely_in_order(&[(0, 1), (1, 1), (2, 1)]), [true, true, true]);
        assert!(surely_in_order(&[]).is_empty());
    }
}
