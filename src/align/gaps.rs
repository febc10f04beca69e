//! The places between links that stand in order.

/// The places between links in order.
pub(super) struct Gaps {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl Gaps {
    /// Takes links that stand in order, sorted.
    pub(super) fn new(anchors: &[(usize, usize)]) -> Self {
        Self {
            old: anchors.iter().map(|anchor| anchor.0).collect(),
            new: anchors.iter().map(|anchor| anchor.1).collect(),
        }
    }

    /// Returns how many anchors stand before a unit of the original.
    pub(super) fn of_old(&self, old: usize) -> usize {
        self.old.partition_point(|anchor| *anchor < old)
    }

    /// Returns how many anchors stand before a revised unit.
    pub(super) fn of_new(&self, new: usize) -> usize {
        self.new.partition_point(|anchor| *anchor < new)
    }

    /// Returns how many anchors lie between the places of two units.
    pub(super) fn distance(&self, old: usize, new: usize) -> usize {
        self.of_old(old).abs_diff(self.of_new(new))
    }
}
