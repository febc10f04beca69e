//! Holds JUnit reports to the schema of Jenkins' xUnit plugin, `junit-10.xsd` as it was from 2014 to 2018: the edition that
//! knows `file` and `line` of a test case. Strict as a parser must be: what is no well-formed XML is a problem too.

use std::collections::BTreeMap;

/// What an element may hold.
struct Element {
    attributes: &'static [&'static str],
    required: &'static [&'static str],
    children: &'static [&'static str],
    text: bool,
}

fn element(name: &str) -> Option<Element> {
    let of = |attributes, required, children, text| Element {
        attributes,
        required,
        children,
        text,
    };
    Some(match name {
        "testsuites" => of(
            &["name", "time", "tests", "failures", "errors", "disabled"],
            &[],
            &["testsuite"],
            false,
        ),
        "testsuite" => of(
            &[
                "name",
                "tests",
                "failures",
                "errors",
                "time",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
                "file",
            ],
            &["name", "tests", "failures", "errors"],
            &["testsuite", "properties", "testcase", "system-out", "system-err"],
            false,
        ),
        "testcase" => of(
            &["name", "time", "classname", "file", "line", "group"],
            &["name"],
            &["skipped", "error", "failure", "system-out", "system-err"],
            false,
        ),
        "properties" => of(&[], &[], &["property"], false),
        "property" => of(&["name", "value"], &["name", "value"], &[], false),
        "failure" | "error" | "skipped" => of(&["type", "message"], &[], &[], true),
        "system-out" | "system-err" => of(&[], &[], &[], true),
        _ => return None,
    })
}

/// Returns what is wrong with a report.
pub(crate) fn problems(xml: &str) -> Vec<String> {
    match check(xml) {
        Ok(problems) => problems,
        Err(problem) => vec![problem],
    }
}

fn check(xml: &str) -> Result<Vec<String>, String> {
    let mut rest = xml
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .ok_or("no declaration")?;
    let (mut found, mut open): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    let (mut roots, mut counts) = (0, Vec::<BTreeMap<&str, usize>>::new());
    while let Some(start) = rest.find('<') {
        text(&rest[..start], open.last().copied(), &mut found)?;
        let end = rest[start..].find('>').ok_or("a tag without an end")? + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            (last == Some(name))
                .then_some(())
                .ok_or(format!("`{name}` closes {last:?}"))?;
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = tag.split_whitespace().next().ok_or("a tag without a name")?;
        let Some(rules) = element(name) else {
            return Err(format!("`{name}` is no element"));
        };
        match open.last().map(|parent| (*parent, element(parent))) {
            Some((parent, Some(outer))) if !outer.children.contains(&name) => {
                found.push(format!("`{name}` in `{parent}`"))
            }
            None => roots += 1,
            _ => {}
        }
        let attributes = attributes(&tag[name.len()..])?;
        let strange = attributes.keys().filter(|key| !rules.attributes.contains(key));
        found.extend(strange.map(|key| format!("`{name}` has `{key}`")));
        let missing = rules.required.iter().filter(|key| !attributes.contains_key(*key));
        found.extend(missing.map(|key| format!("`{name}` lacks `{key}`")));
        let time = attributes.get("time").is_none_or(|time| {
            let (whole, part) = time.split_once('.').unwrap_or((time, ""));
            [whole, part]
                .iter()
                .all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        });
        found.extend((!time).then(|| format!("the time of `{name}` is no number")));
        count(name, &attributes, &mut counts, &mut found);
        if !empty {
            open.push(name);
        }
    }
    text(rest, None, &mut found)?;
    found.extend((roots != 1 || !open.is_empty()).then(|| format!("{roots} roots, {open:?} open")));
    for told in counts {
        let told = |key: &str| told.get(key).copied().unwrap_or_default();
        for (claim, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let (claimed, seen) = (told(claim), told(element));
            found.extend((claimed != seen).then(|| format!("{claimed} {claim} are claimed, {seen} told")));
        }
    }
    Ok(found)
}

/// Sums what a suite claims and what it tells.
fn count<'a>(
    name: &'a str,
    attributes: &BTreeMap<&'a str, &'a str>,
    counts: &mut Vec<BTreeMap<&'a str, usize>>,
    found: &mut Vec<String>,
) {
    if name == "testsuite" {
        let number = |(key, value): (&&'a str, &&str)| Some((*key, value.parse().ok()?));
        counts.push(attributes.iter().filter_map(number).collect());
    } else if let Some(suite) = counts.last_mut() {
        *suite.entry(name).or_default() += 1;
    } else if name != "testsuites" {
        found.push(format!("`{name}` outside of a suite"));
    }
}

fn attributes(text: &str) -> Result<BTreeMap<&str, &str>, String> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while !rest.trim().is_empty() {
        let (key, tail) = rest.split_once("=\"").ok_or(format!("no value in `{rest}`"))?;
        let (value, tail) = tail.split_once('"').ok_or(format!("no end in `{tail}`"))?;
        let name = key.strip_prefix(' ').ok_or(format!("no blank before `{key}`"))?;
        entities(value)?;
        let twice = found.insert(name, value).is_some();
        (!twice && !value.contains(['<', '\n', '\t']))
            .then_some(())
            .ok_or(format!("the value of `{name}`"))?;
        rest = tail;
    }
    Ok(found)
}

fn text(text: &str, inside: Option<&str>, found: &mut Vec<String>) -> Result<(), String> {
    let may = inside.and_then(element).is_some_and(|rules| rules.text);
    if !may && !text.trim().is_empty() {
        found.push(format!("text in {inside:?}"));
    }
    (!text.contains("]]>")).then_some(()).ok_or("`]]>` in a text")?;
    entities(text)
}

/// Every `&` begins an entity that all parsers know, and every character is one of XML 1.0.
fn entities(text: &str) -> Result<(), String> {
    for part in text.split('&').skip(1) {
        let name = part
            .split_once(';')
            .map(|(name, _)| name)
            .ok_or(format!("a bare & before `{part}`"))?;
        let number = name
            .strip_prefix('#')
            .is_some_and(|digits| digits.parse::<u32>().is_ok());
        (number || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"))
            .then_some(())
            .ok_or(format!("`&{name};`"))?;
    }
    let strange = |c: char| (c < ' ' && !"\t\n\r".contains(c)) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.find(strange).map_or(Ok(()), |at| {
        Err(format!("no character of XML: {:?}", text[at..].chars().next()))
    })
}

#[test]
fn what_breaks_the_schema_is_seen() {
    let whole = |inside: &str| {
        problems(&format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites><testsuite name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\">{inside}</testsuite></testsuites>\n"
        ))
    };
    assert_eq!(whole("<testcase name=\"x\" time=\"0.100\"/>"), Vec::<String>::new());
    for wrong in [
        "",
        "<testcase/>",
        "<testcase name=\"x\" status=\"ok\"/>",
        "<testcase name=\"x\"><failure/></testcase>",
        "<testcase name=\"x\">text</testcase>",
        "<testcase name=\"x\" time=\"1 s\"/>",
        "<testcase name=\"x & y\"/>",
        "<testcase name=\"x\"><property name=\"a\" value=\"b\"/></testcase>",
        "<testcase name=\"x\"><system-out>\u{1}</system-out></testcase>",
        "<testcase name=\"x\">",
    ] {
        assert!(!whole(wrong).is_empty(), "{wrong}");
    }
}
