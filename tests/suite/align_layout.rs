//! What the page of each case of `tests/cases/align` shows, as text: `layout.txt` in its folder.
//!
//! `UPDATE=1 cargo test --test suite layouts` writes the files; read the diff before you keep it.

use std::fmt::Write as _;
use std::path::Path;

use docgen::align::{Comparison, Line, Pair, Row, RowKind};

use crate::align::{cases, compared};

#[test]
fn layouts_are_as_kept() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/align");
    let mut wrong = Vec::new();
    for case in cases("align") {
        let layout = layout(&compared(&case).value);
        let path = root.join(&case.name).join("layout.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &layout).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != layout {
            wrong.push(format!("{}:\n{layout}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn layout(comparison: &Comparison) -> String {
    let mut text = String::new();
    for pair in &comparison.pairs {
        head(pair, &mut text);
        for row in &pair.rows {
            show(row, &mut text);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", serde_json::to_string(&comparison.summary).unwrap());
    text
}

fn head(pair: &Pair, text: &mut String) {
    let side = |parts: &[docgen::align::Part]| {
        let names: Vec<String> = parts
            .iter()
            .map(|part| {
                let piece = if part.of > 1 {
                    format!(" part {} of {}", part.part, part.of)
                } else {
                    String::new()
                };
                format!("step {}{piece}", part.step)
            })
            .collect();
        if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(" + ")
        }
    };
    let (old, new) = (side(&pair.parts.old), side(&pair.parts.new));
    let moved = if pair.moved == 0 {
        String::new()
    } else {
        format!(", moved {:+}", pair.moved)
    };
    let gap = pair
        .gap
        .as_ref()
        .map_or(String::new(), |gap| format!(": {}", gap.label));
    let _ = writeln!(text, "== {:?} {old} | {new}{moved}{gap}", pair.role);
}

fn show(row: &Row, text: &mut String) {
    let line = |line: &Line| {
        let mut shown = line.text.clone();
        for span in line.boxes.iter().rev() {
            shown.insert(span.end, ']');
            shown.insert(span.start, '[');
        }
        shown
    };
    let _ = match (row.kind, &row.old, &row.new) {
        (RowKind::Same, _, Some(new)) => writeln!(text, "    {}", line(new)),
        (RowKind::Layout, _, Some(new)) => writeln!(text, "  ~ {}", line(new)),
        (RowKind::Layout, Some(old), None) => writeln!(text, "  ~ ({})", line(old)),
        (RowKind::Moved, Some(old), _) => writeln!(text, "  < {}", line(old)),
        (RowKind::Moved, _, Some(new)) => writeln!(text, "  > {}", line(new)),
        (kind, old, new) => {
            let (minus, plus) = if kind == RowKind::Replaced {
                ("/", "\\")
            } else {
                ("-", "+")
            };
            for (sign, side) in [(minus, old), (plus, new)] {
                if let Some(side) = side {
                    let _ = writeln!(text, "  {sign} {}", line(side));
                }
            }
            Ok(())
        }
    };
}
