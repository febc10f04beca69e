//! What is to be said of a whole text. Pure.

/// Fences without a language that were left alone.
pub(super) fn without_language(count: usize) -> Option<String> {
    let (noun, were) = if count == 1 {
        ("fence", "was")
    } else {
        ("fences", "were")
    };
    let said =
        format!("{count} {noun} without a language {were} not run: give those that hold commands the language `sh`");
    (count > 0).then_some(said)
}

/// Blocks that are no fences: those of Liquid, which Jekyll fills in.
pub(super) fn liquid(text: &str) -> Option<String> {
    let mut lines = text.lines().zip(1..);
    let (_, line) = lines.find(|(line, _)| line.trim_start().starts_with("{% highlight"))?;
    Some(format!(
        "line {line}: `{{% highlight %}}` is no fence, so it was not read: write ```bash"
    ))
}
