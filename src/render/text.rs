//! One text of the site: what others need to know about it, and the whole of it for who asks.

use std::sync::{Arc, OnceLock};

use crate::align::Comparison;
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::{Document, Guide, Page};
use crate::pack::Hash;
use crate::render::facts::Facts;
use crate::render::status::GuideStatus;
use crate::render::words::Words;

/// A page or a guide, whole.
#[derive(Debug)]
pub enum Work {
    /// An ordinary page.
    Page(Box<Document>),
    /// A guide.
    Guide(Box<GuideWork>),
}

/// A guide with everything that is shown of it.
#[derive(Debug)]
pub struct GuideWork {
    /// Both sides.
    pub guide: Guide,
    /// How they differ, if there are two.
    pub comparison: Option<Comparison>,
    /// Recorded results.
    pub status: GuideStatus,
}

impl Work {
    /// Returns the text that readers follow.
    pub(crate) fn document(&self) -> &Document {
        match self {
            Self::Page(document) => document,
            Self::Guide(work) => &work.guide.revised,
        }
    }
}

type Make<'a> = Box<dyn Fn() -> Parsed<Work> + Send + Sync + 'a>;

/// A text of the site. It is parsed when somebody asks for more than its facts.
pub struct Text<'a> {
    /// Address below the site's root, with a final `/`; empty for the home page.
    pub address: String,
    /// Path of the source, from the site's root.
    pub path: String,
    /// Hash of everything that it is made from.
    pub inputs: Hash,
    /// What others need to know.
    pub facts: Arc<Facts>,
    work: OnceLock<Parsed<Work>>,
    make: Option<Make<'a>>,
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<'a> Text<'a> {
    /// A text that is there already.
    pub fn new(address: String, inputs: Hash, work: Parsed<Work>, words: &Words) -> Self {
        let document = work.value.document();
        Self {
            address,
            path: document.source.path.clone(),
            inputs,
            facts: Arc::new(Facts::of(&work.value, words)),
            work: OnceLock::from(work),
            make: None,
        }
    }

    /// A text whose facts are known; `make` parses it.
    pub fn known(address: String, path: String, inputs: Hash, facts: Arc<Facts>, make: Make<'a>) -> Self {
        Self {
            address,
            path,
            inputs,
            facts,
            work: OnceLock::new(),
            make: Some(make),
        }
    }

    /// An ordinary page that stands alone.
    pub fn page(page: Page, words: &Words) -> Self {
        let inputs = crate::pack::hash(page.document.source.text.as_bytes());
        let work = Parsed {
            value: Work::Page(Box::new(page.document)),
            diagnostics: Vec::new(),
        };
        Self::new(page.address, inputs, work, words)
    }

    /// A guide that stands alone.
    pub fn guide(work: GuideWork, words: &Words) -> Self {
        let inputs = crate::pack::hash(work.guide.revised.source.text.as_bytes());
        let address = format!("{}/", work.guide.name);
        let work = Parsed {
            value: Work::Guide(Box::new(work)),
            diagnostics: Vec::new(),
        };
        Self::new(address, inputs, work, words)
    }

    /// Returns the whole text.
    pub(crate) fn work(&self) -> &Work {
        let parsed = self.work.get_or_init(|| match &self.make {
            Some(make) => make(),
            None => unreachable!("a text without a maker is made at once"),
        });
        &parsed.value
    }

    /// Returns the document that readers follow.
    pub(crate) fn document(&self) -> &Document {
        self.work().document()
    }

    /// Returns the guide, if the text is one.
    pub(crate) fn guide_work(&self) -> Option<&GuideWork> {
        self.facts.guide.as_ref()?;
        match self.work() {
            Work::Guide(work) => Some(work),
            Work::Page(_) => None,
        }
    }

    /// Returns what is wrong with the text, as far as it was parsed.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.work.get().map_or(&[], |parsed| &parsed.diagnostics)
    }
}
