//! The one walk over pulldown-cmark's events: headings, fences, comments, and the lists that follow fences.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::parse::annotation::Inline;
use crate::parse::extensions::markdown_options;
use crate::parse::outline::{Body, Comment, Fence, List, Outline, OutlineItem, info_span, is_closed};
use crate::source::{SourceFile, Span};

/// Which code of a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Fences.
    Fenced,
    /// Fences, and code that is indented by four spaces: a fence that says nothing about itself.
    Any,
}

/// Walks the text from byte `body` on.
pub fn outline(source: &SourceFile, body: usize, code: Code) -> Outline {
    let text = &source.text[body..];
    let mut walk = Walk {
        text: &source.text,
        code,
        items: Vec::new(),
        sibling: vec![None],
        state: State::Idle,
    };
    for (event, range) in Parser::new_ext(text, markdown_options(text)).into_offset_iter() {
        walk.event(event, range.start + body..range.end + body);
    }
    Outline { items: walk.items }
}

/// What the walk is in the middle of.
enum State {
    Idle,
    Heading {
        level: u8,
        title: String,
        anchor: Option<String>,
        span: Span,
    },
    Fence(Fence),
    Html(Comment),
    List {
        list: List,
        depth: usize,
        first_paragraph: bool,
    },
}

/// The kind of the sibling before, per nesting level; `Some(true)` is a fence.
type Sibling = Option<bool>;

struct Walk<'a> {
    text: &'a str,
    code: Code,
    items: Vec<OutlineItem>,
    sibling: Vec<Sibling>,
    state: State,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>, range: Span) {
        match event {
            Event::Start(tag) => {
                let after_fence = self.sibling.last() == Some(&Some(true));
                let level = self.sibling.last_mut();
                if let Some(level) = level {
                    // A docgen comment between a fence and its notes does not part them.
                    if tag != Tag::HtmlBlock {
                        *level = Some(matches!(tag, Tag::CodeBlock(_)));
                    }
                }
                self.sibling.push(None);
                self.start(tag, range, after_fence);
            }
            Event::End(tag) => {
                self.sibling.pop();
                self.end(tag);
            }
            other => self.leaf(&other, range),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Span, after_fence: bool) {
        match (&mut self.state, tag) {
            (
                State::List {
                    depth, first_paragraph, ..
                },
                Tag::List(_),
            ) => {
                *depth += 1;
                *first_paragraph = false;
            }
            (
                State::List {
                    list,
                    depth: 1,
                    first_paragraph,
                },
                Tag::Item,
            ) => {
                list.items.push((range, Vec::new()));
                *first_paragraph = true;
            }
            (
                State::List {
                    list,
                    first_paragraph: true,
                    ..
                },
                Tag::Strong,
            ) => {
                push_inline(list, Inline::StrongStart(range));
            }
            // A fence inside a list after a fence: that list is prose, its content is walked as usual.
            (State::List { .. }, tag @ (Tag::CodeBlock(_) | Tag::HtmlBlock)) => self.begin(tag, range),
            (State::List { .. }, _) => {}
            (State::Idle, Tag::List(_)) if after_fence => {
                let list = List {
                    span: range,
                    items: Vec::new(),
                };
                self.state = State::List {
                    list,
                    depth: 1,
                    first_paragraph: false,
                };
            }
            (State::Idle, tag) => self.begin(tag, range),
            _ => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>, range: Span) {
        self.state = match tag {
            Tag::Heading { level, id, .. } => State::Heading {
                level: heading_level(level),
                title: String::new(),
                anchor: id.map(|id| id.to_string()),
                span: range,
            },
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                let info = info_span(self.text, &range);
                let closed = is_closed(&self.text[range.clone()]);
                State::Fence(Fence {
                    span: range,
                    info,
                    body: Body::default(),
                    closed,
                })
            }
            Tag::CodeBlock(CodeBlockKind::Indented) if self.code == Code::Any => State::Fence(Fence {
                info: range.start..range.start,
                span: range,
                body: Body::default(),
                closed: true,
            }),
            Tag::HtmlBlock => State::Html(Comment {
                span: range,
                body: Body::default(),
            }),
            _ => {
                self.text_between();
                State::Idle
            }
        };
    }

    /// Notes that a reader sees something here that is neither fence, comment nor note.
    fn text_between(&mut self) {
        if self.items.last() != Some(&OutlineItem::Text) {
            self.items.push(OutlineItem::Text);
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let done = match (&mut self.state, tag) {
            (State::List { depth, .. }, TagEnd::List(_)) => {
                *depth -= 1;
                *depth == 0
            }
            (
                State::List {
                    list, first_paragraph, ..
                },
                TagEnd::Strong,
            ) => {
                if *first_paragraph {
                    push_inline(list, Inline::StrongEnd);
                }
                false
            }
            (State::List { first_paragraph, .. }, TagEnd::Paragraph) => {
                *first_paragraph = false;
                false
            }
            (State::Heading { .. }, TagEnd::Heading(_))
            | (State::Fence(_), TagEnd::CodeBlock)
            | (State::Html(_), TagEnd::HtmlBlock) => true,
            (State::Idle, _) => {
                self.text_between();
                false
            }
            _ => false,
        };
        if done {
            self.finish();
        }
    }

    fn finish(&mut self) {
        let item = match std::mem::replace(&mut self.state, State::Idle) {
            State::Heading {
                level,
                title,
                anchor,
                span,
            } => OutlineItem::Heading {
                level,
                title,
                anchor,
                span,
            },
            State::Fence(fence) => OutlineItem::Fence(fence),
            State::List { list, .. } => OutlineItem::List(list),
            State::Html(comment) if is_ours(&comment.body.text) => OutlineItem::Comment(comment),
            State::Html(comment) if is_comment(&comment.body.text) => return,
            State::Html(_) => return self.text_between(),
            State::Idle => return,
        };
        self.items.push(item);
    }

    fn leaf(&mut self, event: &Event<'_>, range: Span) {
        match (&mut self.state, event) {
            (State::Heading { title, .. }, Event::Text(text) | Event::Code(text)) => title.push_str(text),
            (State::Heading { title, .. }, Event::SoftBreak | Event::HardBreak) => title.push(' '),
            (State::Fence(fence), Event::Text(text)) => fence.body.push(text, &range),
            (State::Html(comment), Event::Html(text)) => comment.body.push(text, &range),
            (
                State::List {
                    list,
                    first_paragraph: true,
                    ..
                },
                Event::Text(text),
            ) => {
                push_inline(list, Inline::Text(text.to_string(), range));
            }
            (
                State::List {
                    list,
                    first_paragraph: true,
                    ..
                },
                Event::Code(text),
            ) => {
                push_inline(list, Inline::Code(text.to_string(), range));
            }
            (
                State::List {
                    list,
                    first_paragraph: true,
                    ..
                },
                Event::SoftBreak | Event::HardBreak,
            ) => {
                push_inline(list, Inline::Text(" ".to_owned(), range));
            }
            (State::Idle, Event::Rule) => self.text_between(),
            (State::Idle, Event::InlineHtml(text)) if is_ours(text) => {
                let mut body = Body::default();
                body.push(text, &range);
                self.items.push(OutlineItem::Comment(Comment { span: range, body }));
            }
            _ => {}
        }
    }
}

fn push_inline(list: &mut List, inline: Inline) {
    if let Some((_, inlines)) = list.items.last_mut() {
        inlines.push(inline);
    }
}

fn is_ours(html: &str) -> bool {
    html.trim_start()
        .strip_prefix("<!--")
        .is_some_and(|rest| rest.trim_start().starts_with("docgen:"))
}

fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->")
}

fn heading_level(level: HeadingLevel) -> u8 {
    level as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn items(text: &str) -> Vec<OutlineItem> {
        outline(&SourceFile::new("a.md", text), 0, Code::Fenced).items
    }

    fn fence(text: &str) -> Fence {
        let found = items(text).into_iter().find_map(|item| match item {
            OutlineItem::Fence(fence) => Some(fence),
            _ => None,
        });
        found.expect("a fence")
    }

    #[test]
    fn bodies_keep_their_places_in_lists_quotes_and_with_crlf() {
        for text in [
            "- a\n\n  ```sh id=x\n  one\n\n  two\n  ```\n",
            "> ```sh id=x\n> one\n>\n> two\n> ```\n",
            "```sh id=x\r\none\r\n\r\ntwo\r\n```\r\n",
        ] {
            let fence = fence(text);
            assert_eq!(fence.body.text, "one\n\ntwo\n", "{text:?}");
            assert_eq!(fence.body.lines.len(), 3, "{text:?}");
            assert_eq!(&text[fence.body.lines[2].clone()], "two", "{text:?}");
            assert_eq!(&text[fence.info.clone()], "sh id=x", "{text:?}");
            assert!(fence.closed, "{text:?}");
        }
    }

    #[test]
    fn indented_code_is_a_fence_where_it_is_asked_for() {
        for text in [
            "Do:\n\n    one \\\n      two\n\n    three\n\nand so on\n",
            "Do:\n\n\tone \\\n\t  two\n\n\tthree\n",
            "- Do:\n\n      one \\\n        two\n\n      three\n\n- more\n",
        ] {
            let found = outline(&SourceFile::new("a.md", text), 0, Code::Any).items;
            let fence = found.into_iter().find_map(|item| match item {
                OutlineItem::Fence(fence) => Some(fence),
                _ => None,
            });
            let fence = fence.expect("a fence");
            assert_eq!(fence.body.text, "one \\\n  two\n\nthree\n", "{text:?}");
            assert_eq!(&text[fence.body.lines[3].clone()], "three", "{text:?}");
            assert!(fence.closed && fence.info.is_empty(), "{text:?}");
            assert!(
                !items(text).iter().any(|item| matches!(item, OutlineItem::Fence(_))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_unclosed_fence_is_seen() {
        for text in [
            "```sh\nls\n",
            "````sh\nls\n```\n",
            "- ```sh\n  ls\n\ntext\n",
            "```sh\n",
            "```",
        ] {
            assert!(!fence(text).closed, "{text:?}");
        }
        for text in [
            "```sh\nls\n```",
            "~~~\n~~~~\n",
            "````\n```\n````\n",
            "   ```\nx\n   ```\n",
        ] {
            assert!(fence(text).closed, "{text:?}");
        }
    }

    #[test]
    fn lists_after_fences_and_comments_are_found() {
        let text = "```sh\nls -l\n```\n\n- `-l` — Long.\n\npara\n\n- no\n\n<!-- docgen: prose -->\n\n<!-- other -->\n";
        let found = items(text);
        let ours = found.iter().filter(|item| **item != OutlineItem::Text);
        assert_eq!(ours.count(), 3);
        let OutlineItem::List(list) = &items(text)[1] else {
            panic!("a list")
        };
        assert_eq!(list.items.len(), 1);
    }
}
