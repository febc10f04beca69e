// Additions only: every page is complete without this file.

// Copies what a reader types: the code without prompts, outputs and marks.
const said = Object.assign(document.createElement("p"), { className: "vh", role: "status" });
document.body.append(said);
for (const code of document.querySelectorAll(".copies")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
  const what = code.querySelector("pre").getAttribute("aria-label");
  button.setAttribute("aria-label", what ? `Copy ${what}` : "Copy");
  code.append(button);
  button.addEventListener("click", async () => {
    const copy = code.querySelector("code").cloneNode(true);
    for (const part of copy.querySelectorAll(".u")) part.replaceWith(part.matches(".out") ? "\0" : "");
    const lines = copy.textContent.split("\n").filter((line) => !line.includes("\0"));
    try {
      await navigator.clipboard.writeText(lines.join("\n").trimEnd());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select it by hand";
    }
    // The button keeps its name, so what came of it is said aside.
    said.textContent = button.textContent;
    setTimeout(() => {
      button.textContent = "Copy";
      said.textContent = "";
    }, 2000);
  });
}

// Light, dark, or what the system says.
const bar = document.querySelector(".top");
if (bar) {
  const scheme = Object.assign(document.createElement("button"), { type: "button", className: "scheme" });
  scheme.innerHTML = '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="6.5"/><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/></svg><span></span>';
  bar.append(scheme);
  const words = { auto: "Auto", light: "Light", dark: "Dark" };
  const order = Object.keys(words);
  const root = document.documentElement;
  const show = (name) => {
    if (name === "auto") delete root.dataset.scheme;
    else root.dataset.scheme = name;
    scheme.querySelector("span").textContent = words[name];
    scheme.setAttribute("aria-label", `Colours: ${words[name]}`);
  };
  show(root.dataset.scheme ?? "auto");
  scheme.addEventListener("click", () => {
    const name = order[(order.indexOf(root.dataset.scheme ?? "auto") + 1) % order.length];
    show(name);
    try {
      localStorage.setItem("scheme", name);
    } catch { /* the choice then holds for this page */ }
  });
}

// Marks the part of the page that is being read, and names it where the table of contents is folded up.
const toc = new Map([...document.querySelectorAll(".toc.wide a")].map((link) => [link.hash.slice(1), link]));
if (toc.size) {
  const headings = [...document.querySelectorAll("main h2[id], main h3[id]")];
  const small = document.querySelector(".toc.small");
  const here = document.createElement("span");
  small.querySelector("summary").append(here);
  const mark = () => {
    const seen = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
    const id = (seen.at(-1) ?? headings[0])?.id;
    // Anchors of links are percent-encoded, ids are not.
    for (const [anchor, link] of toc) {
      if (decodeURIComponent(anchor) === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    here.textContent = seen.length ? (document.querySelector(".toc.wide [aria-current]")?.textContent ?? "") : "";
  };
  small.addEventListener("click", (event) => event.target.closest("a") && (small.open = false));
  addEventListener("scroll", mark, { passive: true });
  mark();
}
