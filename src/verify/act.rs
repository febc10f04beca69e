//! One attempt at one instruction of a browser block.

use std::time::{Duration, Instant};

use crate::model::browser::{Instruction, Target};
use crate::parse::values::suggestion;
use crate::webdriver::{Browser, DriverError, Element, Kind, View};

/// What an attempt came to.
pub(super) enum Tried {
    /// It worked: what there is to say of it.
    Done(String),
    /// It did not, but may in a moment.
    NotYet {
        /// The fact.
        fact: String,
        /// What to do if it stays so.
        help: Vec<String>,
    },
}

/// The attempts at one instruction.
pub(super) struct Act {
    deadline: Instant,
    /// A box was clicked already: a second click would take the tick away.
    is_clicked: bool,
}

impl Act {
    /// `deadline` is when the block's time is over.
    pub(super) fn new(deadline: Instant) -> Self {
        Self {
            deadline,
            is_clicked: false,
        }
    }

    /// Tries an instruction once. Screenshots are not done here.
    ///
    /// # Errors
    /// If the browser refuses or does not answer.
    pub(super) async fn attempt(
        &mut self,
        browser: &mut Browser,
        instruction: &Instruction,
    ) -> Result<Tried, DriverError> {
        match instruction {
            Instruction::Open(url) => {
                let rest = self.deadline.saturating_duration_since(Instant::now());
                browser.go(url, rest.max(Duration::from_millis(1))).await?;
                let view = browser.view().await?;
                if !is_page(&view.url) {
                    return Ok(Tried::NotYet {
                        fact: format!("{url} led to no page: the browser is at {}", view.url),
                        help: vec!["look at its scheme, host and port: does a server answer there, and may a browser go there?".to_owned()],
                    });
                }
                Ok(Tried::Done(arrived(url, &view)))
            }
            Instruction::Click(target) => match self.one(browser, Kind::Click, target).await? {
                Ok(element) => browser.click(&element).await.map(|()| Tried::Done(element.words)),
                Err(missing) => Ok(missing),
            },
            Instruction::Type(target, value) => match self.one(browser, Kind::Field, target).await? {
                Ok(element) => browser.fill(&element, value).await.map(|()| Tried::Done(element.words)),
                Err(missing) => Ok(missing),
            },
            Instruction::Check(target) => self.check(browser, target).await,
            Instruction::See { text, .. } => see(browser, text).await,
            Instruction::At(glob) => at(browser, glob).await,
            Instruction::Capture { from, .. } => capture(browser, from).await,
            Instruction::Screenshot(_) => Ok(Tried::Done(String::new())),
        }
    }

    /// Returns the one element that carries the name, or why there is none.
    async fn one(
        &self,
        browser: &mut Browser,
        kind: Kind,
        target: &Target,
    ) -> Result<Result<Element, Tried>, DriverError> {
        let mut found = browser.find(kind, &target.name).await?;
        let count = found.found.len();
        let index = target.number.unwrap_or(1) - 1;
        if index < count && (count == 1 || target.number.is_some()) {
            return Ok(Ok(found.found.swap_remove(index)));
        }
        let quoted = format!("“{}”", target.name);
        if count > 0 && target.number.is_none() {
            let all: Vec<&str> = found.found.iter().map(|element| element.words.as_str()).collect();
            return Ok(Err(Tried::NotYet {
                fact: format!("{count} {} are called {quoted}: {}", kind.plural(), all.join(", ")),
                help: vec![format!("say which one: `\"{}\"#1` is the first", target.name)],
            }));
        }
        let fact = match target.number {
            Some(number) if count > 0 => {
                format!("the page has {count} {} called {quoted}, not {number}", kind.plural())
            }
            _ => format!("the page has no {} called {quoted}", kind.singular()),
        };
        Ok(Err(Tried::NotYet {
            fact,
            help: instead(kind, &target.name, &found.others),
        }))
    }

    async fn check(&mut self, browser: &mut Browser, target: &Target) -> Result<Tried, DriverError> {
        let element = match self.one(browser, Kind::Box, target).await? {
            Ok(element) => element,
            // The click went on to another page.
            Err(_) if self.is_clicked => return Ok(Tried::Done(String::new())),
            Err(missing) => return Ok(missing),
        };
        if element.is_checked {
            return Ok(Tried::Done(element.words));
        }
        if !self.is_clicked {
            browser.click(&element).await?;
            self.is_clicked = true;
        }
        Ok(Tried::NotYet {
            fact: format!("{} was clicked and is not ticked", element.words),
            help: Vec::new(),
        })
    }
}

/// Whether a browser is at a page that some server gave it, and not at one of its own: `chrome-error://…`, `about:blank`.
fn is_page(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme))
}

/// The page that an address led to; its own address only if it is another one.
fn arrived(url: &str, view: &View) -> String {
    let title = (!view.title.is_empty()).then(|| format!("“{}”", view.title));
    let is_same = view.url.trim_end_matches('/') == url.trim_end_matches('/');
    let address = (!is_same).then(|| format!("at {}", view.url));
    title.into_iter().chain(address).collect::<Vec<_>>().join(" ")
}

/// What the author may have meant.
fn instead(kind: Kind, name: &str, others: &[String]) -> Vec<String> {
    let named = others.iter().filter_map(|words| words.split(['“', '”']).nth(1));
    let names: Vec<&str> = named.map(|name| name.trim_end_matches([':', '*', ' '])).collect();
    if let Some(near) = suggestion(name, &names) {
        return vec![format!("did you mean `{near}`?")];
    }
    if others.is_empty() {
        return Vec::new();
    }
    vec![format!("its {} are: {}", kind.plural(), others.join(", "))]
}

async fn see(browser: &mut Browser, text: &str) -> Result<Tried, DriverError> {
    let view = browser.view().await?;
    if view.shows(text) {
        return Ok(Tried::Done(String::new()));
    }
    let help = view
        .shows_in_other_case(text)
        .then(|| "the page has it in other upper and lower case".to_owned());
    Ok(Tried::NotYet {
        fact: format!("the page does not show “{text}”"),
        help: help.into_iter().collect(),
    })
}

async fn at(browser: &mut Browser, glob: &str) -> Result<Tried, DriverError> {
    let url = browser.view().await?.url;
    if is_like(glob, &url) {
        return Ok(Tried::Done(url));
    }
    Ok(Tried::NotYet {
        fact: format!("the address is {url}, not {glob}"),
        help: Vec::new(),
    })
}

async fn capture(browser: &mut Browser, from: &str) -> Result<Tried, DriverError> {
    match browser.value(from).await? {
        Some(value) if !value.trim().is_empty() => Ok(Tried::Done(value.trim().to_owned())),
        Some(_) => Ok(Tried::NotYet {
            fact: format!("what `{from}` names is empty"),
            help: Vec::new(),
        }),
        None => Ok(Tried::NotYet {
            fact: format!("nothing on the page is called or matches `{from}`"),
            help: vec!["write a CSS selector (`#token`), or the label of a field".to_owned()],
        }),
    }
}

/// Returns whether an address is like a glob, in which only `*` is special: `?` begins the query of an address.
fn is_like(glob: &str, url: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = url.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_of_addresses() {
        let url = "https://a.test/callback?code=x*y&state=1";
        for glob in [
            url,
            "*",
            "https://a.test/callback*",
            "*callback?code=*&state=*",
            "*state=1",
        ] {
            assert!(is_like(glob, url), "{glob}");
        }
        for glob in [
            "",
            "https://a.test/callback",
            "https://a.test/?allback*",
            "*state",
            "*code=*code=*",
        ] {
            assert!(!is_like(glob, url), "{glob}");
        }
        assert!(!is_like("ab*ba", "aba"), "the ends do not share a letter");
    }

    #[test]
    fn what_a_browser_shows_of_its_own_is_no_page() {
        assert!(is_page("https://a.test/"));
        for own in [
            "chrome-error://chromewebdata/",
            "about:blank",
            "about:neterror?e=x",
            "data:,",
        ] {
            assert!(!is_page(own), "{own}");
        }
    }

    #[test]
    fn a_near_name_is_suggested() {
        let others = ["button “Log in:”".to_owned(), "link “Home”".to_owned()];
        assert_eq!(instead(Kind::Click, "Login", &others), ["did you mean `Log in`?"]);
        assert_eq!(
            instead(Kind::Click, "Delete all", &others),
            ["its links and buttons are: button “Log in:”, link “Home”"]
        );
    }
}
