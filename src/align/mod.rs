//! Two documents to one comparison: pairs, rows, boxes, notes, gaps.
