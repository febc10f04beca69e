//! The report of a run that did not begin, because a text is wrong: it says why, in place of not being there.

use jiff::Timestamp;

use crate::diagnostic::{Diagnostic, Look, Severity};
use crate::report::collect::Collector;
use crate::report::event::{Event, GuideKey};
use crate::report::results::{Report, Verdict};

/// A guide that was to be run, and the files that it is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Which guide and side.
    pub key: GuideKey,
    /// Paths as diagnostics name them.
    pub paths: Vec<String>,
}

/// Returns the report: each guide has failed, by what is wrong with its own texts, or because another one is wrong.
pub fn report(guides: &[Unread], diagnostics: &[Diagnostic], docgen: &str, now: Timestamp) -> Report {
    let mut collector = Collector::new();
    collector.event(&Event::RunStarted {
        docgen: docgen.to_owned(),
        started: now,
        guides: guides.iter().map(|guide| guide.key.clone()).collect(),
    });
    for guide in guides {
        collector.event(&Event::GuideFinished {
            guide: guide.key.clone(),
            duration_ms: 0,
            error: Some(error(guide, diagnostics)),
        });
    }
    let mut report = collector.report();
    // An error would mean that docgen could not tell; it could.
    for guide in &mut report.guides {
        guide.verdict = Verdict::Failed;
    }
    report
}

fn error(guide: &Unread, diagnostics: &[Diagnostic]) -> String {
    let is_own = |path: &str| guide.paths.iter().any(|own| own == path) || !path.starts_with("content/");
    let own: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .filter(|diagnostic| {
            let place = diagnostic.place.as_ref();
            place.is_none_or(|place| is_own(&place.file.path))
        })
        .map(|diagnostic| diagnostic.draw(Look::Plain))
        .collect();
    match own.as_slice() {
        [] => "nothing was run: the text of another guide is wrong".to_owned(),
        own => format!("nothing was run: the text is wrong\n{}", own.join("\n\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::Side;
    use crate::source::{Place, SourceFile};

    #[test]
    fn each_guide_says_what_is_wrong_with_its_own_text() {
        let guide = |name: &str| Unread {
            key: GuideKey {
                guide: name.to_owned(),
                side: Side::Revised,
                alternative: None,
            },
            paths: vec![format!("content/{name}/guide.md")],
        };
        let place = Place {
            file: SourceFile::new("content/a/guide.md", "```sh idd=x\n"),
            span: 6..9,
        };
        let wrong = [Diagnostic::error("unknown-key", Some(place), "unknown key `idd`")];
        let report = report(&[guide("a"), guide("b")], &wrong, "1", Timestamp::UNIX_EPOCH);
        let said: Vec<&str> = report
            .guides
            .iter()
            .filter_map(|guide| guide.error.as_deref())
            .collect();
        assert!(said[0].contains("content/a/guide.md:1:7"), "{said:?}");
        assert!(said[1].contains("another guide"), "{said:?}");
        assert_eq!(report.verdict(), Verdict::Failed);
    }
}
