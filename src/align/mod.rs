//! Two documents to one comparison: pairs, rows, boxes, notes, gaps. Pure; never fails.

mod ambiguity;
mod assignment;
mod comparison;
mod explicit;
mod linked;
mod matching;
mod moves;
mod role;
mod similarity;
mod unit;

pub use comparison::{
    BoundNote, Comparison, DocumentRef, Gap, GapWhy, Hit, How, Line, Link, LinkEnd, Pair, PairRole, Part, Parts, Row,
    RowKind, See, Shape, Summary, Target, Unexplained,
};

use self::linked::Linked;
use crate::diagnostic::Parsed;
use crate::model::guide::{Document, Guide};

/// Compares the two sides of a guide; `None` if it has no original.
pub fn comparison(guide: &Guide) -> Option<Parsed<Comparison>> {
    let original = guide.original.as_ref()?;
    Some(documents(original, &guide.revised))
}

/// Compares two documents: an original and the text that revises it.
pub fn documents(old: &Document, new: &Document) -> Parsed<Comparison> {
    let mut diagnostics = Vec::new();
    let linked = Linked::new(old, new, &mut diagnostics);
    let value = Comparison {
        version: 1,
        old: DocumentRef {
            path: old.source.path.clone(),
        },
        new: DocumentRef {
            path: new.source.path.clone(),
        },
        links: linked.links(),
        pairs: Vec::new(),
        unexplained: Vec::new(),
        summary: Summary::default(),
    };
    Parsed { value, diagnostics }
}
