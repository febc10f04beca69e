//! Groups of tabs, of which a reader opens one: MkDocs, MDX, Sphinx, VitePress, Hugo, GitBook. Pure.

use crate::foreign::fences::Fences;

/// The tab in which a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tab {
    /// Number of the group.
    pub(super) group: usize,
    /// What is written on it; in a group of fences each fence is a tab of its own and says so itself.
    pub(super) label: Option<String>,
}

/// A group that is open.
struct Open {
    tab: Tab,
    syntax: Syntax,
}

#[derive(PartialEq, Clone, Copy)]
enum Syntax {
    /// `=== "L"`: ends with the first line that is not indented below this column.
    Indented(usize),
    /// Between tags of JSX.
    Tags,
    /// Between lines of this many colons or more.
    Colons(usize),
    /// A container of colons that is no group.
    Other(usize),
    /// Between `{% … %}` or `{{< … >}}`.
    Template,
}

/// Returns for each line (0-based) the innermost tab that it stands in.
pub(super) fn tabs(text: &str) -> Vec<Option<Tab>> {
    let mut scan = Scan::default();
    let mut fences = Fences::default();
    let mut found = Vec::new();
    for line in text.lines() {
        if fences.holds(line) {
            scan.indentation(line);
        } else {
            scan.line(line);
        }
        found.push(scan.innermost());
    }
    found
}

#[derive(Default)]
struct Scan {
    open: Vec<Open>,
    count: usize,
}

impl Scan {
    fn innermost(&self) -> Option<Tab> {
        let is_group = |open: &&Open| !matches!(open.syntax, Syntax::Other(_));
        self.open.iter().rfind(is_group).map(|open| open.tab.clone())
    }

    fn push(&mut self, syntax: Syntax, label: Option<String>) {
        let group = self.count;
        self.count += 1;
        self.open.push(Open {
            tab: Tab { group, label },
            syntax,
        });
    }

    /// Names the tab of the innermost group of this syntax, or opens one.
    fn item(&mut self, label: String, syntax: Syntax) {
        let same = |open: &&mut Open| std::mem::discriminant(&open.syntax) == std::mem::discriminant(&syntax);
        match self.open.iter_mut().rfind(same) {
            Some(open) => open.tab.label = Some(label),
            None => self.push(syntax, Some(label)),
        }
    }

    fn close(&mut self, is: impl Fn(Syntax) -> bool) {
        if let Some(at) = self.open.iter().rposition(|open| is(open.syntax)) {
            self.open.truncate(at);
        }
    }

    /// Ends what is held together by indentation.
    fn indentation(&mut self, line: &str) {
        let indent = line.len() - line.trim_start().len();
        if !line.trim().is_empty() {
            self.open
                .retain(|open| !matches!(open.syntax, Syntax::Indented(column) if indent < column + 2));
        }
    }

    fn line(&mut self, line: &str) {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim();
        if let Some(label) = text
            .strip_prefix("===")
            .and_then(|rest| quoted(rest.trim_start_matches(['+', '!'])))
        {
            let at = |open: &Open| matches!(open.syntax, Syntax::Indented(column) if column == indent);
            self.open
                .retain(|open| !matches!(open.syntax, Syntax::Indented(column) if column > indent));
            match self.open.iter_mut().rfind(|open| at(open)) {
                Some(open) => open.tab.label = Some(label),
                None => self.push(Syntax::Indented(indent), Some(label)),
            }
            return;
        }
        self.indentation(line);
        if text.starts_with(":::") {
            self.colons(text);
        } else if text.starts_with('<') {
            self.tag(text);
        } else if text.starts_with("{%") || text.starts_with("{{") {
            self.template(text);
        } else if let Some(label) = text.strip_prefix("@tab") {
            self.item(label.trim_start_matches(":active").trim().to_owned(), Syntax::Colons(3));
        }
    }

    fn colons(&mut self, text: &str) {
        let count = text.chars().take_while(|c| *c == ':').count();
        let rest = text[count..].trim();
        let words = rest.trim_start_matches('{').replace('}', " ");
        let (name, label) = words.split_once(' ').unwrap_or((&words, ""));
        match name {
            "" => {
                let fits = |syntax| matches!(syntax, Syntax::Colons(open) | Syntax::Other(open) if open <= count);
                self.close(fits);
            }
            "code-group" | "tabs" | "tab-set" | "code-tabs" => self.push(Syntax::Colons(count), None),
            "tab-item" | "tab" => {
                self.item(label.trim().trim_matches('"').to_owned(), Syntax::Colons(count));
                self.push(Syntax::Other(count), None);
            }
            _ => self.push(Syntax::Other(count), None),
        }
    }

    fn tag(&mut self, text: &str) {
        let name: String = text[1..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '/')
            .collect();
        match name.as_str() {
            "Tabs" | "CodeGroup" | "TabGroup" | "CodeTabs" => self.push(Syntax::Tags, None),
            "/Tabs" | "/CodeGroup" | "/TabGroup" | "/CodeTabs" => self.close(|syntax| syntax == Syntax::Tags),
            "TabItem" | "Tab" | "TabPanel" | "CodeTab" => {
                let label = ["label=", "title=", "name=", "value="]
                    .iter()
                    .find_map(|key| quoted(text.split_once(key)?.1.trim_start_matches('{')));
                self.item(label.unwrap_or_default(), Syntax::Tags);
            }
            _ => {}
        }
    }

    fn template(&mut self, text: &str) {
        let inner = text.trim_start_matches(['{', '%', '<', ' ', '-']);
        let inner = inner.split(['%', '>', '}']).next().unwrap_or_default().trim();
        let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
        match name {
            "tabs" | "tabpane" => self.push(Syntax::Template, None),
            "endtabs" | "/tabs" | "/tabpane" => self.close(|syntax| syntax == Syntax::Template),
            "tab" => {
                let rest = rest.split_once('=').map_or(rest, |(_, value)| value);
                let label = quoted(rest).unwrap_or_else(|| rest.trim().to_owned());
                self.item(label, Syntax::Template);
            }
            _ => {}
        }
    }
}

/// The first quoted text.
fn quoted(text: &str) -> Option<String> {
    let text = text.trim_start();
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let rest = &text[1..];
    rest.find(mark).map(|end| rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::tabs;

    fn labels(text: &str) -> Vec<String> {
        let told = |tab: Option<super::Tab>| {
            tab.map_or_else(
                || "-".to_owned(),
                |tab| format!("{}{}", tab.group, tab.label.unwrap_or_default()),
            )
        };
        tabs(text).into_iter().map(told).collect()
    }

    #[test]
    fn groups_of_all_kinds_are_followed() {
        assert_eq!(
            labels("=== \"A\"\n\n    x\n\n=== \"B\"\n    y\nz\n=== \"A\"\n"),
            ["0A", "0A", "0A", "0A", "0B", "0B", "-", "1A"]
        );
        assert_eq!(
            labels("<Tabs>\n  <TabItem value=\"a\" label=\"A\">\nx\n  </TabItem>\n  <TabItem value='b'>\n</Tabs>\ny"),
            ["0", "0A", "0A", "0A", "0b", "-", "-"]
        );
        assert_eq!(
            labels("::: code-group\n```sh [npm]\n::: x\n```\n:::\n:::tip\nx\n:::\n"),
            ["0", "0", "0", "0", "-", "-", "-", "-"]
        );
        assert_eq!(
            labels("::::{tab-set}\n:::{tab-item} A\nx\n:::\n:::{tab-item} B\n:::\n::::\ny"),
            ["0", "0A", "0A", "0A", "0B", "0B", "-", "-"]
        );
        assert_eq!(
            labels(
                "{{< tabs >}}\n{{< tab \"A\" >}}\nx\n{{< /tab >}}\n{{< /tabs >}}\n{% tabs %}\n{% tab title=\"B\" %}\n{% endtabs %}"
            ),
            ["0", "0A", "0A", "0A", "-", "1", "1B", "-"]
        );
    }
}
