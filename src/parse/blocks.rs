//! An outline to a document: roles and names of blocks, outputs tied to the blocks above, notes and pairings.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::annotation::{OriginalRef, Pairing};
use crate::model::block::{Block, Keys, Role};
use crate::model::guide::{Document, Section, Side};
use crate::parse::Strictness;
use crate::parse::directive::{self, Directive};
use crate::parse::front_matter::Head;
use crate::parse::info_string::{self, Fault};
use crate::parse::note_list::{self, Reading};
use crate::parse::outline::{Body, Comment, Fence, List, Outline, OutlineItem};
use crate::parse::role::role;
use crate::parse::slug::{Names, slug};
use crate::parse::tabs::{self, Tabs};
use crate::source::{Place, SourceFile, Span};

/// Builds the document.
pub fn document(
    source: Arc<SourceFile>,
    side: Side,
    strictness: Strictness,
    head: Head,
    outline: Outline,
) -> Parsed<Document> {
    let before = Section {
        title: String::new(),
        level: 0,
        anchor: String::new(),
        span: head.body..head.body,
    };
    let document = Document {
        side,
        source,
        body: head.body,
        front: head.front,
        sections: vec![before],
        blocks: Vec::new(),
        note_lists: Vec::new(),
        pairings: Vec::new(),
        comments: Vec::new(),
    };
    let mut builder = Builder {
        document,
        strictness,
        anchors: Names::default(),
        ids: Names::default(),
        tabs: Tabs::default(),
        prose_next: false,
        pairing_next: None,
        diagnostics: Vec::new(),
    };
    // Names that authors gave come first, so that a derived name never takes one away.
    let given = outline
        .items
        .iter()
        .filter_map(|item| builder.given_id(item))
        .collect::<Vec<_>>();
    given.into_iter().for_each(|(id, span)| builder.reserve(&id, span));
    outline.items.into_iter().for_each(|item| builder.item(item));
    builder.finish()
}

struct Builder {
    document: Document,
    strictness: Strictness,
    anchors: Names,
    ids: Names,
    tabs: Tabs,
    prose_next: bool,
    pairing_next: Option<usize>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    fn place(&self, span: Span) -> Option<Place> {
        Some(Place {
            file: Arc::clone(&self.document.source),
            span,
        })
    }

    fn fault(&mut self, base: usize, fault: Fault) {
        let place = self.place(fault.span.start + base..fault.span.end + base);
        let mut diagnostic = Diagnostic::error(fault.code, place, fault.message);
        diagnostic.help.extend(fault.help);
        self.diagnostics.push(diagnostic);
    }

    fn given_id(&self, item: &OutlineItem) -> Option<(String, Span)> {
        let (text, span) = match item {
            OutlineItem::Fence(fence) => (&self.document.source.text[fence.info.clone()], fence.info.clone()),
            OutlineItem::Comment(comment) => (comment.body.text.lines().next()?, comment.span.clone()),
            _ => return None,
        };
        let word = info_string::words(text).into_iter().find(|word| word.key == "id")?;
        word.value.map(|id| (id, span))
    }

    fn reserve(&mut self, id: &str, span: Span) {
        if !self.ids.take(id) && self.strictness == Strictness::Guide {
            let place = self.place(span);
            self.diagnostics.push(
                Diagnostic::error("double-id", place, format!("the id `{id}` is given twice"))
                    .help("ids name blocks; give each its own"),
            );
        }
    }

    fn item(&mut self, item: OutlineItem) {
        match item {
            OutlineItem::Heading {
                level,
                title,
                anchor,
                span,
            } => self.heading(level, title, anchor, span),
            OutlineItem::Fence(fence) => self.fence(fence),
            OutlineItem::Comment(comment) => self.comment(&comment),
            OutlineItem::List(list) => self.list(&list),
            OutlineItem::Text => self.tabs.close(),
        }
    }

    fn heading(&mut self, level: u8, title: String, anchor: Option<String>, span: Span) {
        self.tabs.close();
        let title = title.trim().to_owned();
        let anchor = anchor.unwrap_or_else(|| slug(&title));
        // A heading of signs only has no anchor on GitHub, but an element needs some name.
        let anchor = if anchor.is_empty() { "section" } else { &anchor };
        let anchor = self.anchors.anchor(anchor);
        self.document.sections.push(Section {
            title,
            level,
            anchor,
            span,
        });
    }

    fn fence(&mut self, fence: Fence) {
        let info = self.document.source.text[fence.info.clone()].to_owned();
        let (lang, keys, faults) = info_string::parse(&info, self.strictness);
        faults.into_iter().for_each(|fault| self.fault(fence.info.start, fault));
        if !fence.closed {
            self.unclosed(&fence);
        }
        let role = role(&lang, &keys, &fence.body.text);
        self.push(lang, keys, role, fence.span, fence.info, fence.body, false);
    }

    fn unclosed(&mut self, fence: &Fence) {
        let place = self.place(fence.span.clone());
        let diagnostic = match self.strictness {
            Strictness::Guide => Diagnostic::error("unclosed-fence", place, "this code block is never closed"),
            Strictness::Foreign => Diagnostic::warning("unclosed-fence", place, "this code block is never closed"),
        };
        let diagnostic = diagnostic
            .label("opened here")
            .note("without its end, all text that follows it is code");
        self.diagnostics
            .push(diagnostic.help("end it with a line of the same marks"));
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a block, passed once")]
    fn push(&mut self, lang: String, keys: Keys, role: Role, fence: Span, info: Span, body: Body, hidden: bool) {
        let index = self.document.blocks.len();
        let role = match role {
            Role::Output(_) => Role::Output(self.output_owner(&fence)),
            other => other,
        };
        let id = match (&keys.id, &role) {
            (Some(id), _) => id.clone(),
            (None, Role::Output(Some(owner))) => {
                let base = format!("{}-output", self.document.blocks[*owner].id);
                self.ids.counted(&base)
            }
            _ => self.derived_id(hidden),
        };
        let mut text = body.text;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let section = self.document.sections.len() - 1;
        let is_output = matches!(role, Role::Output(_));
        let name = keys.tab.as_deref().filter(|_| !is_output);
        let tab = self.tabs.take(name, is_output || hidden);
        self.document.blocks.push(Block {
            id,
            role,
            lang,
            keys,
            fence,
            info,
            text,
            lines: body.lines,
            section,
            hidden,
            tab,
        });
        if !hidden && let Some(pairing) = self.pairing_next.take() {
            self.document.pairings[pairing].block = Some(index);
        }
        self.prose_next = false;
    }

    fn derived_id(&mut self, hidden: bool) -> String {
        let heading = self
            .document
            .sections
            .last()
            .map(|section| section.anchor.as_str())
            .unwrap_or_default();
        let base = match (heading, hidden) {
            ("", false) => "block".to_owned(),
            ("", true) => "hidden".to_owned(),
            (heading, false) => heading.to_owned(),
            (heading, true) => format!("{heading}-hidden"),
        };
        self.ids.counted(&base)
    }

    /// The block whose output this is: the last one above that is no output itself.
    fn output_owner(&mut self, fence: &Span) -> Option<usize> {
        let owner = self
            .document
            .blocks
            .iter()
            .rposition(|block| !matches!(block.role, Role::Output(_)));
        let owner = owner.filter(|index| {
            let block = &self.document.blocks[*index];
            matches!(block.role, Role::Script | Role::Console(_))
        });
        if owner.is_none() && self.strictness == Strictness::Guide {
            let place = self.place(fence.clone());
            self.diagnostics.push(
                Diagnostic::error("output-orphan", place, "this expected output belongs to no commands")
                    .help("put it right after the block that prints it"),
            );
        }
        owner
    }

    fn comment(&mut self, comment: &Comment) {
        let source = Arc::clone(&self.document.source);
        self.document.comments.push(comment.span.clone());
        let text = source.text[comment.span.clone()].to_owned();
        if let Err(fault) = directive::closed(&text) {
            return self.fault(comment.span.start, fault);
        }
        match directive::directive(&text) {
            Err(fault) => self.fault(comment.span.start, fault),
            Ok(Directive::Prose) => self.prose_next = true,
            Ok(Directive::Pair { original, label }) => {
                self.pairing_next = Some(self.document.pairings.len());
                self.pairing(comment, original, label, None);
            }
            Ok(Directive::Gap { original, label, see }) => self.pairing(comment, original, label, see),
            Ok(Directive::Run { keys }) => self.hidden(comment, &text, keys),
        }
    }

    fn pairing(&mut self, comment: &Comment, original: OriginalRef, label: Option<String>, see: Option<String>) {
        self.document.pairings.push(Pairing {
            span: comment.span.clone(),
            original,
            label,
            block: None,
            see,
        });
    }

    /// A hidden block: what stands in the comment below its first line.
    fn hidden(&mut self, comment: &Comment, text: &str, keys: Span) {
        let info = keys.start + comment.span.start..keys.end + comment.span.start;
        let (keys, faults) = info_string::parse_keys(&text[keys]);
        faults.into_iter().for_each(|fault| self.fault(info.start, fault));
        let body = directive::script(&comment.body);
        let role = if keys.file.is_some() { Role::File } else { Role::Script };
        self.push("sh".to_owned(), keys, role, comment.span.clone(), info, body, true);
    }

    fn list(&mut self, list: &List) {
        if std::mem::take(&mut self.prose_next) {
            self.tabs.close();
            return;
        }
        let reading = note_list::read(&self.document, list);
        if !matches!(reading, Reading::Notes(_)) {
            self.tabs.close();
        }
        match reading {
            Reading::Prose => {}
            Reading::Notes(notes) => self.document.note_lists.push(notes),
            Reading::Odd(item) => {
                let place = self.place(item);
                self.diagnostics.push(note_list::odd_item(place));
            }
            Reading::Stale(quote) => {
                let place = self.place(quote.span);
                if self.strictness == Strictness::Guide {
                    self.diagnostics.push(note_list::stale(place, &quote.text));
                }
            }
        }
    }

    fn finish(mut self) -> Parsed<Document> {
        if let Some(pairing) = self.pairing_next.take() {
            let place = self.place(self.document.pairings[pairing].span.clone());
            self.diagnostics.push(Diagnostic::error(
                "pairing-orphan",
                place,
                "no code block follows this pairing",
            ));
        }
        if self.strictness == Strictness::Guide {
            self.diagnostics.extend(tabs::check(&self.document));
        }
        Parsed {
            value: self.document,
            diagnostics: self.diagnostics,
        }
    }
}
