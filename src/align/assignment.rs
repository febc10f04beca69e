//! The best one-to-one assignment: Kuhn and Munkres' method with potentials, after Jonker and Volgenant.
//!
//! The edges are sparse, so the graph falls into parts that share nothing; each is solved by itself.

/// A part with more cells than this is assigned greedily: exactness is not worth seconds.
const MAX_CELLS: usize = 16_000_000;

/// Returns pairs `(old, new)` of distinct units that maximise the sum of the weights of their edges, sorted.
///
/// `edges` are `(old, new, weight)` with a positive weight. A unit without a good partner stays alone.
pub(super) fn assignment(edges: &[(usize, usize, i64)]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = parts(edges).iter().flat_map(|part| solve(part)).collect();
    pairs.sort_unstable();
    pairs
}

/// Splits edges into connected parts, in the order of their first edge.
fn parts(edges: &[(usize, usize, i64)]) -> Vec<Vec<(usize, usize, i64)>> {
    let olds = edges.iter().map(|edge| edge.0 + 1).max().unwrap_or(0);
    let news = edges.iter().map(|edge| edge.1 + 1).max().unwrap_or(0);
    let mut parent: Vec<usize> = (0..olds + news).collect();
    for (old, new, _) in edges {
        let (a, b) = (root(&mut parent, *old), root(&mut parent, olds + new));
        parent[a.max(b)] = a.min(b);
    }
    let mut slot = vec![usize::MAX; olds];
    let mut parts: Vec<Vec<(usize, usize, i64)>> = Vec::new();
    for edge in edges {
        let at = root(&mut parent, edge.0);
        if slot[at] == usize::MAX {
            slot[at] = parts.len();
            parts.push(Vec::new());
        }
        parts[slot[at]].push(*edge);
    }
    parts
}

fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

fn solve(edges: &[(usize, usize, i64)]) -> Vec<(usize, usize)> {
    let numbered = |of: fn(&(usize, usize, i64)) -> usize| {
        let mut list: Vec<usize> = edges.iter().map(of).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    let (olds, news) = (numbered(|edge| edge.0), numbered(|edge| edge.1));
    if olds.len().saturating_mul(news.len()) > MAX_CELLS {
        return greedy(edges);
    }
    let flipped = olds.len() > news.len();
    let (rows, columns) = if flipped { (&news, &olds) } else { (&olds, &news) };
    let mut weights = vec![0_i64; rows.len() * columns.len()];
    for (old, new, weight) in edges {
        let (row, column) = if flipped { (new, old) } else { (old, new) };
        let row = rows.partition_point(|other| other < row);
        let column = columns.partition_point(|other| other < column);
        weights[row * columns.len() + column] = *weight;
    }
    let partner = hungarian(&weights, rows.len(), columns.len());
    let pairs = partner
        .iter()
        .enumerate()
        .filter(|(row, column)| weights[row * columns.len() + **column] > 0);
    pairs
        .map(|(row, column)| {
            if flipped {
                (columns[*column], rows[row])
            } else {
                (rows[row], columns[*column])
            }
        })
        .collect()
}

fn greedy(edges: &[(usize, usize, i64)]) -> Vec<(usize, usize)> {
    let mut sorted = edges.to_vec();
    sorted.sort_by_key(|(old, new, weight)| (-weight, *old, *new));
    let olds = edges.iter().map(|edge| edge.0 + 1).max().unwrap_or(0);
    let news = edges.iter().map(|edge| edge.1 + 1).max().unwrap_or(0);
    let (mut old_used, mut new_used) = (vec![false; olds], vec![false; news]);
    sorted.retain(|(old, new, _)| {
        let free = !old_used[*old] && !new_used[*new];
        if free {
            old_used[*old] = true;
            new_used[*new] = true;
        }
        free
    });
    sorted.into_iter().map(|(old, new, _)| (old, new)).collect()
}

/// Returns the column of each row in an assignment of all rows with the greatest total weight; needs rows <= columns.
///
/// One shortest augmenting path per row; `O(rows² · columns)` at worst. Column 0 of the arrays is a helper.
fn hungarian(weights: &[i64], rows: usize, columns: usize) -> Vec<usize> {
    let mut row_price = vec![0_i64; rows + 1];
    let mut column_price = vec![0_i64; columns + 1];
    let mut row_of = vec![0_usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let way = augment(weights, columns, &mut row_price, &mut column_price, &row_of);
        let mut column = way.1;
        while column != 0 {
            let before = way.0[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut partner = vec![0; rows];
    for column in 1..=columns {
        if row_of[column] > 0 {
            partner[row_of[column] - 1] = column - 1;
        }
    }
    partner
}

/// Finds the cheapest path from the row in `row_of[0]` to a free column, and moves the prices along.
/// Returns the column before each column on the way, and the free column.
fn augment(
    weights: &[i64],
    columns: usize,
    row_price: &mut [i64],
    column_price: &mut [i64],
    row_of: &[usize],
) -> (Vec<usize>, usize) {
    let mut before = vec![0_usize; columns + 1];
    let mut distance = vec![i64::MAX; columns + 1];
    let mut open: Vec<usize> = (1..=columns).collect();
    let mut reached = vec![0_usize];
    let mut column = 0;
    let mut total = 0_i64;
    let mut settled: Vec<i64> = vec![0];
    loop {
        let row = row_of[column];
        let cells = &weights[(row - 1) * columns..row * columns];
        let mut best = (i64::MAX, usize::MAX, 0);
        for (slot, candidate) in open.iter().enumerate() {
            let cost = total - cells[candidate - 1] - row_price[row] - column_price[*candidate];
            if cost < distance[*candidate] {
                distance[*candidate] = cost;
                before[*candidate] = column;
            }
            if (distance[*candidate], *candidate) < (best.0, best.1) {
                best = (distance[*candidate], *candidate, slot);
            }
        }
        total = best.0;
        column = open.swap_remove(best.2);
        if row_of[column] == 0 {
            break;
        }
        reached.push(column);
        settled.push(total);
    }
    for (reached, at) in reached.iter().zip(&settled) {
        row_price[row_of[*reached]] += total - at;
        column_price[*reached] -= total - at;
    }
    (before, column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, proptest};

    use super::assignment;

    /// Tries every assignment.
    fn best(edges: &[(usize, usize, i64)], from: usize, used: u32) -> i64 {
        let Some(old) = edges.iter().map(|edge| edge.0).filter(|old| *old >= from).min() else {
            return 0;
        };
        let alone = best(edges, old + 1, used);
        let options = edges.iter().filter(|edge| edge.0 == old && used & (1 << edge.1) == 0);
        options
            .map(|edge| edge.2 + best(edges, old + 1, used | (1 << edge.1)))
            .fold(alone, i64::max)
    }

    fn graphs() -> impl Strategy<Value = Vec<(usize, usize, i64)>> {
        proptest::collection::btree_map((0..6_usize, 0..6_usize), 1..20_i64, 0..20).prop_map(|edges| {
            edges
                .into_iter()
                .map(|((old, new), weight)| (old, new, weight))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn no_assignment_is_better(edges in graphs()) {
            let pairs = assignment(&edges);
            let weight: i64 = edges.iter().filter(|edge| pairs.contains(&(edge.0, edge.1))).map(|edge| edge.2).sum();
            assert_eq!(weight, best(&edges, 0, 0));
            assert!(pairs.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
