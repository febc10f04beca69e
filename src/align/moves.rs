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

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn the_heaviest_run_stays() {
        assert_eq!(in_order(&[(3, 1), (0, 1), (1, 1), (2, 1)]), [false, true, true, true]);
        assert_eq!(in_order(&[(3, 9), (0, 1), (1, 1), (2, 1)]), [true, false, false, false]);
        assert_eq!(in_order(&[(0, 1), (2, 1), (1, 5), (3, 1)]), [true, false, true, true]);
        assert!(in_order(&[]).is_empty());
    }
}
