//! Two documents to one comparison: pairs, rows, boxes, notes, gaps. Pure; never fails.

mod comparison;

pub use comparison::{
    BoundNote, Comparison, DocumentRef, Gap, GapWhy, Hit, How, Line, Link, LinkEnd, Pair, PairRole, Part, Parts, Row,
    RowKind, See, Shape, Summary, Target, Unexplained,
};
