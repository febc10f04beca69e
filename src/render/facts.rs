//! What others need to know about a text: its title, its anchors, its words. Small, and kept from build to build, so that
//! a text that did not change is neither read nor parsed.

use std::collections::BTreeSet;

use crate::pack::{Packer, Unpacker};
use crate::render::anchors;
use crate::render::compare;
use crate::render::search::{self, Findable, Place};
use crate::render::status::State;
use crate::render::summary;
use crate::render::text::Work;
use crate::render::view::Summary;
use crate::render::words::{PlaceWords, Words};

/// What others need to know about a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The author's title, or the first heading of level 1.
    pub(crate) title: Option<String>,
    /// The title, or else the file's name.
    pub(crate) name: String,
    /// The author's description.
    pub(crate) description: Option<String>,
    /// The first paragraph, shortened.
    pub(crate) about: String,
    pub(crate) weight: i64,
    pub(crate) draft: bool,
    pub(crate) date: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) aliases: Vec<String>,
    /// Its parts that a search finds.
    pub(crate) places: Vec<Place>,
    /// What a link may name.
    pub(crate) anchors: BTreeSet<String>,
    /// The words of these parts.
    pub(crate) words: PlaceWords,
    /// Set if the text is a guide.
    pub(crate) guide: Option<GuideFacts>,
}

/// What others need to know about a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuideFacts {
    /// Path of the original, if the guide is compared with one.
    pub original: Option<String>,
    /// Rows of the largest section of its comparison.
    pub rows: usize,
    pub state: State,
    pub day: Option<String>,
    /// The state in words.
    pub text: String,
}

impl Facts {
    /// Collects the facts of a text; words that are not in `words` yet are added there.
    pub fn of(work: &Work, words: &Words) -> Self {
        let document = work.document();
        let front = &document.front;
        let has_title = front.title.is_some() || document.sections.iter().any(|section| section.level == 1);
        let Findable {
            places,
            words: found,
            about,
        } = search::findable(document);
        Self {
            title: has_title.then(|| document.title()),
            name: document.title(),
            description: front.description.clone(),
            about,
            weight: front.weight,
            draft: front.draft,
            date: front.date.clone(),
            tags: front.tags.clone(),
            aliases: front.aliases.clone(),
            places,
            anchors: anchors::of(document),
            words: words.keep(&found),
            guide: GuideFacts::of(work),
        }
    }

    /// Returns the author's description, else what the text begins with.
    pub(crate) fn description(&self) -> &str {
        self.description.as_deref().unwrap_or(&self.about)
    }

    /// Returns the facts as bytes.
    pub fn packed(&self) -> Vec<u8> {
        let mut out = Packer::default();
        out.maybe(self.title.as_deref());
        out.text(&self.name);
        out.maybe(self.description.as_deref());
        out.text(&self.about);
        out.raw(&self.weight.to_le_bytes());
        out.flag(self.draft);
        out.maybe(self.date.as_deref());
        out.texts(self.tags.iter());
        out.texts(self.aliases.iter());
        out.count(self.places.len());
        for place in &self.places {
            out.text(&place.anchor);
            out.text(&place.title);
            out.text(&place.excerpt);
        }
        out.texts(self.anchors.iter());
        self.words.pack(&mut out);
        out.flag(self.guide.is_some());
        if let Some(guide) = &self.guide {
            guide.pack(&mut out);
        }
        out.finish()
    }

    /// Reads what [`Facts::packed`] wrote; `None` for anything else, or if it holds words that are not in `words`.
    pub fn unpacked(bytes: &[u8], words: &Words) -> Option<Self> {
        let mut bytes = Unpacker::new(bytes);
        let facts = Self {
            title: bytes.maybe()?,
            name: bytes.text()?,
            description: bytes.maybe()?,
            about: bytes.text()?,
            weight: i64::from_le_bytes(bytes.raw()?),
            draft: bytes.flag()?,
            date: bytes.maybe()?,
            tags: bytes.texts()?,
            aliases: bytes.texts()?,
            places: bytes.list(place)?,
            anchors: bytes.texts()?.into_iter().collect(),
            words: PlaceWords::unpack(&mut bytes, words)?,
            guide: if bytes.flag()? {
                Some(GuideFacts::unpack(&mut bytes)?)
            } else {
                None
            },
        };
        bytes.is_empty().then_some(facts)
    }
}

fn place(bytes: &mut Unpacker<'_>) -> Option<Place> {
    Some(Place {
        anchor: bytes.text()?,
        title: bytes.text()?,
        excerpt: bytes.text()?,
    })
}

impl GuideFacts {
    fn of(work: &Work) -> Option<Self> {
        let Work::Guide(work) = work else { return None };
        let summary = summary::of(&work.guide.revised, &work.status.revised);
        let compared = work.guide.original.as_ref().zip(work.comparison.as_ref());
        Some(Self {
            original: compared.map(|(original, _)| original.source.path.clone()),
            rows: compared.map_or(0, |(_, comparison)| compare::most_rows(comparison)),
            state: summary.badge.state,
            day: summary.badge.day.map(|day| day.iso),
            text: summary.text,
        })
    }

    /// Returns the state of the guide as pages show it.
    pub(crate) fn summary(&self) -> Summary {
        Summary {
            badge: self.state.badge(self.day.as_deref(), None),
            text: self.text.clone(),
        }
    }

    fn pack(&self, out: &mut Packer) {
        out.maybe(self.original.as_deref());
        out.count(self.rows);
        out.number(self.state as u64);
        out.maybe(self.day.as_deref());
        out.text(&self.text);
    }

    fn unpack(bytes: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self {
            original: bytes.maybe()?,
            rows: bytes.count()?,
            state: State::from_number(bytes.byte()?)?,
            day: bytes.maybe()?,
            text: bytes.text()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::{Page, Side};
    use crate::parse;
    use crate::source::SourceFile;

    #[test]
    fn facts_survive_packing_and_damage_is_noticed() {
        let text = "---\ntitle: T\ntags: [a]\naliases: [/old/]\nweight: -3\n---\nIntro.\n\n## One\n\nword word\n";
        let parsed = parse::document_with(
            SourceFile::new("content/a.md", text),
            Side::Revised,
            parse::Strictness::Foreign,
        );
        let page = Page {
            address: "a/".to_owned(),
            is_section: false,
            document: parsed.value,
        };
        let words = Words::default();
        let facts = Facts::of(&Work::Page(Box::new(page.document)), &words);
        let bytes = facts.packed();
        assert_eq!(Facts::unpacked(&bytes, &words), Some(facts.clone()));
        for cut in 0..bytes.len() {
            assert_eq!(Facts::unpacked(&bytes[..cut], &words), None, "{cut}");
        }
        assert_eq!(
            Facts::unpacked(&bytes, &Words::default()),
            None,
            "its words are not known"
        );
    }
}
