#!/usr/bin/env python3
"""Writes one text in the forms of docgen, Hugo and mdBook: corpus.py PAGES FOLDER. The same bytes for the same number.

corpus.py odd FOLDER writes a tree of odd inputs for docgen instead: thousands of files in one folder, pages of 2 MB, long
lines, HTML blocks, deep lists, tables with pipes.
"""
import random
import sys
from pathlib import Path

NOUNS = "server client port token key file folder queue index table cluster proxy header record volume image".split()
VERBS = "start stop check move copy open close read write build mount sign rotate list join trace".split()
OTHERS = "the a each every new old same first last local remote secure small large stable whole".split()
TOOLS = "nginx postgres redis docker grafana vault consul traefik caddy restic git etcd".split()


def sentence(dice):
    words = [dice.choice(dice.choice((NOUNS, VERBS, OTHERS))) for _ in range(dice.randint(8, 18))]
    words[dice.randrange(len(words))] = f"`{dice.choice(TOOLS)} {dice.choice(VERBS)}`"
    return " ".join(words).capitalize() + "."


def paragraph(dice):
    return " ".join(sentence(dice) for _ in range(5))


def shell(dice):
    tool, number = dice.choice(TOOLS), dice.randint(1024, 60000)
    lines = [
        f"sudo apt-get update && sudo apt-get install -y {tool} curl jq",
        f"export {tool.upper()}_PORT={number}",
        f'curl -fsSL "https://dl.example.com/{tool}-{number}.tar.gz" -o /tmp/{tool}.tar.gz  # {sentence(dice)[:30]}',
        f"docker run -d --name {tool}-{number % 97} -p 127.0.0.1:{number}:80 {tool}:latest",
        f"journalctl -u {tool} --since '{number % 59} min ago' | grep -E 'error|warn' | tail -n {number % 50}",
        f'if ! id -u "{tool}" >/dev/null 2>&1; then echo "no user: $USER" >&2; exit 1; fi',
        f"cat <<'END' > /etc/{tool}/{number:x}.env\nMODE={dice.choice(VERBS)}\nEND",
    ]
    return "\n".join(dice.choice(lines) for _ in range(dice.randint(5, 10)))


def page(dice, number, pages, link):
    parts = [paragraph(dice)]
    for section in range(8):
        parts.append(f"## {dice.choice(VERBS)} the {dice.choice(NOUNS)} {section}".title())
        parts.append(paragraph(dice))
        if section < 6:
            parts.append(f"```bash\n{shell(dice)}\n```")
        if section % 3 == 0:
            rows = "\n".join(f"| `{dice.choice(NOUNS)}_{dice.choice(VERBS)}` | {sentence(dice)} |" for _ in range(5))
            parts.append(f"| Option | Meaning |\n| --- | --- |\n{rows}")
        if section % 2:
            parts.append(f"See [the other guide]({link(dice.randrange(pages))}).")
    port = dice.randint(80, 9000)
    parts.append(f"```nginx\nserver {{\n    listen {port} ssl;\n    location / {{\n        proxy_pass http://127.0.0.1:{port};\n    }}\n}}\n```")
    parts.append(f'```json\n{{"port": {port}, "name": "{dice.choice(TOOLS)}", "on": true}}\n```')
    return "\n\n".join(parts) + "\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def corpus(pages, folder):
    place = lambda number: (f"s{number // 20:03}", f"p{number:05}")
    summary = ["# Summary\n"]
    for number in range(pages):
        section, name = place(number)
        up = lambda other: "../{}/{}.md".format(*place(other))
        hugo_up = lambda other: "../../{}/{}/".format(*place(other))
        head = f"---\ntitle: Guide {number}\nweight: {number % 20 + 1}\n---\n"
        text = page(random.Random(number), number, pages, up)
        write(folder / "docgen/content" / section / f"{name}.md", head + text)
        write(folder / "mdbook/src" / section / f"{name}.md", f"# Guide {number}\n\n{text}")
        write(folder / "hugo/content" / section / f"{name}.md", head + page(random.Random(number), number, pages, hugo_up))
        summary.append(f"- [Guide {number}]({section}/{name}.md)")
    write(folder / "docgen/docgen.toml", 'title = "Corpus"\nbase_url = "https://example.com"\n')
    write(folder / "docgen/content/_index.md", "---\ntitle: Corpus\n---\nAll guides.\n")
    write(folder / "mdbook/src/SUMMARY.md", "\n".join(summary) + "\n")
    write(folder / "mdbook/book.toml", "[book]\ntitle = 'Corpus'\n[output.html.search]\nenable = false\n[output.html.print]\nenable = false\n")
    write(folder / "hugo/hugo.toml", "title = 'Corpus'\nbaseURL = 'https://example.com/'\n[markup.highlight]\nnoClasses = false\n")
    body = "<!doctype html><title>{{ .Title }}</title><nav>{{ with .PrevInSection }}<a href='{{ .RelPermalink }}'>{{ .Title }}</a>{{ end }}</nav>{{ .TableOfContents }}{{ .Content }}"
    write(folder / "hugo/layouts/_default/single.html", body)
    write(folder / "hugo/layouts/_default/list.html", "<!doctype html><title>{{ .Title }}</title>{{ range .Pages }}<a href='{{ .RelPermalink }}'>{{ .Title }}</a>{{ end }}")


def odd(folder):
    dice = random.Random(1)
    content = folder / "content"
    write(folder / "docgen.toml", 'title = "Odd"\n')
    for number in range(3000):
        write(content / "many" / f"n{number}.md", f"# N {number}\n\n{sentence(dice)}\n")
    for number in range(3):
        write(content / f"large{number}.md", "# Large\n\n" + "\n\n".join(page(dice, 0, 1, lambda _: "many/n1.md") for _ in range(260)))
    write(content / "lines.md", "# Lines\n\n```js\n" + "a=(" * 40000 + "\n```\n\n```yaml\n" + "- x\n" * 60000 + "```\n")
    write(content / "lists.md", "# Lists\n\n" + "\n".join("  " * depth + f"- level {depth}" for depth in range(120)) + "\n")
    write(content / "tables.md", "# Tables\n\n| a \\| b | `c \\| d` |\n|---|:-:|\n" + "| 1 \\| 2 | `x \\| y` |\n" * 4000)
    write(content / "html.md", "# HTML\n\n" + "<details><summary>x</summary>\n\n*inside*\n\n<table><tr><td>1</td></tr></table>\n\n</details>\n\n" * 2000)
    write(content / "nested.md", "# Nested\n\n" + "> " * 300 + "deep\n\n" + "*" * 5000 + "a" + "*" * 5000 + "\n\n" + "[" * 5000 + "\n")


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    odd(where) if what == "odd" else corpus(int(what), where)
