//! Links of a page that is read elsewhere: made whole by the page's own address.

/// Returns where `link` leads from the page `base`, by the rules of browsers. Links within the page, and those that are
/// whole already, stay.
pub(super) fn whole(base: &str, link: &str) -> String {
    let has_scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    let Some((scheme, rest)) = base.split_once("://") else {
        return link.to_owned();
    };
    if link.is_empty() || link.starts_with('#') || has_scheme {
        return link.to_owned();
    }
    if let Some(host) = link.strip_prefix("//") {
        return format!("{scheme}://{host}");
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    if link.starts_with('?') {
        return format!("{scheme}://{host}/{path}{link}");
    }
    let end = link.find(['?', '#']).unwrap_or(link.len());
    let (target, tail) = link.split_at(end);
    let folder = match target.starts_with('/') {
        true => "",
        false => path.rsplit_once('/').map_or("", |(folder, _)| folder),
    };
    format!("{scheme}://{host}/{}{tail}", joined(folder, target))
}

/// A path from a folder on, `.` and `..` resolved; never above the root.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let ends_in_folder = target.ends_with('/') || target.ends_with("/.") || target.ends_with("..") || target == ".";
    for part in folder
        .split('/')
        .chain(target.split('/'))
        .filter(|part| !part.is_empty())
    {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let end = if ends_in_folder && !parts.is_empty() { "/" } else { "" };
    parts.join("/") + end
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn links_are_made_whole() {
        let base = "https://docs.example.test/v2/install/linux.html?x=1#top";
        for (link, expected) in [
            ("mac.html", "https://docs.example.test/v2/install/mac.html"),
            ("../guide/#a", "https://docs.example.test/v2/guide/#a"),
            ("../../../../x", "https://docs.example.test/x"),
            ("./", "https://docs.example.test/v2/install/"),
            ("..", "https://docs.example.test/v2/"),
            ("/img/a.png?b=c", "https://docs.example.test/img/a.png?b=c"),
            ("//cdn.example.test/a", "https://cdn.example.test/a"),
            ("?page=2", "https://docs.example.test/v2/install/linux.html?page=2"),
            ("#part", "#part"),
            ("mailto:a@b", "mailto:a@b"),
            ("https://other.test/", "https://other.test/"),
        ] {
            assert_eq!(whole(base, link), expected, "{link}");
        }
        assert_eq!(whole("https://a.test", "b/c"), "https://a.test/b/c");
        assert_eq!(whole("page.html", "b/c"), "b/c");
    }
}
