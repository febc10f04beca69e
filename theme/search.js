// Search, as an addition: its button and its dialog come with this script, and the index is loaded when it is first needed.
{
  const bar = document.querySelector(".top");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "find" });
  const dialog = Object.assign(document.createElement("dialog"), { className: "search" });
  const root = document.documentElement.dataset.root;
  let index;
  let excerpts;

  // Called by the index itself: a script can be loaded from a folder on disk, data cannot.
  globalThis.docgenSearch = (data) => {
    const words = data.words.split("\n").map((line) => {
      const [word, ids] = line.split(" ");
      return { word, ids };
    });
    index = { ...data, words };
    show();
    load("excerpts");
  };
  // How each section begins; larger than the index, and not needed to find something.
  globalThis.docgenExcerpts = (text) => {
    excerpts = text.split("\n");
    fill();
  };
  const load = (name) => {
    if (document.querySelector(`script[data-search="${name}"]`)) return;
    const script = document.createElement("script");
    script.dataset.search = name;
    script.src = `${root}search/${name}.js`;
    document.head.append(script);
  };

  const sectionsOf = (entry) => {
    let at = 0;
    entry.list ??= entry.ids.split(",").map((digits) => (at += parseInt(digits, 36)));
    return entry.list;
  };
  // First word that is not before `term`, by halves: the words are sorted by their bytes, as `<` compares them.
  const firstAt = (term) => {
    let [low, high] = [0, index.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.words[middle].word < term) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  // Whether few letters have to be changed, added, left out or swapped to make one word of the other, or of its beginning.
  const isNear = (term, word, most) => {
    let [before, row] = [[], Array.from({ length: term.length + 1 }, (_, at) => at)];
    for (let at = 1; at <= Math.min(word.length, term.length + most); at += 1) {
      const next = [at];
      for (let to = 1; to <= term.length; to += 1) {
        const differs = word[at - 1] === term[to - 1] ? 0 : 1;
        next[to] = Math.min(row[to - 1] + differs, row[to] + 1, next[to - 1] + 1);
        const isSwapped = at > 1 && to > 1 && word[at - 1] === term[to - 2] && word[at - 2] === term[to - 1];
        if (isSwapped) next[to] = Math.min(next[to], before[to - 2] + 1);
      }
      [before, row] = [row, next];
      if (at >= term.length - most && row[term.length] <= most) return true;
    }
    return false;
  };
  // How well each section holds a term: the word itself, a longer one, or, if there is neither, one spelled alike.
  const scoresOf = (term) => {
    const scores = new Map();
    const add = (entry, score) => {
      for (const id of sectionsOf(entry)) scores.set(id, Math.max(score, scores.get(id) ?? 0));
    };
    for (let at = firstAt(term); at < index.words.length && index.words[at].word.startsWith(term); at += 1) {
      add(index.words[at], index.words[at].word === term ? 3 : 2);
    }
    if (!scores.size && term.length > 3) {
      const most = term.length > 7 ? 2 : 1;
      for (const entry of index.words) if (isNear(term, entry.word, most)) add(entry, 1);
    }
    return scores;
  };
  // Titles weigh more than text: the section's own more than the page's.
  const titleScore = (terms, query, own, above) => {
    let score = own.includes(query) ? 6 : 0;
    for (const term of terms) score += own.includes(term) ? 5 : above.includes(term) ? 2 : 0;
    return score;
  };
  const termsOf = (query) => query.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((term) => term.length > 1);
  const find = (query) => {
    const plain = query.trim().toLowerCase();
    const terms = termsOf(query);
    if (!terms.length) return [];
    const all = terms.map(scoresOf).filter((scores) => scores.size);
    if (!all.length) return [];
    const found = [];
    for (const [id, first] of all.reduce((a, b) => (a.size <= b.size ? a : b))) {
      let score = first;
      if (!all.every((scores) => (score += scores.get(id) ?? 0, scores.has(id)))) continue;
      const [page, anchor, title] = index.sections[id];
      const above = index.pages[page][1].toLowerCase();
      score += titleScore(terms, plain, title ? title.toLowerCase() : above, above) + (anchor ? 0 : 1);
      found.push({ score, id, page, anchor, title });
    }
    return found.sort((a, b) => b.score - a.score);
  };

  // Terms where a word begins with one. They hold letters and digits only.
  const pattern = (terms) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${terms.join("|")})`, "giu");
  const element = (name, text, terms) => {
    const made = document.createElement(name);
    let at = 0;
    for (const hit of terms.length ? text.matchAll(pattern(terms)) : []) {
      made.append(text.slice(at, hit.index), Object.assign(document.createElement("mark"), { textContent: hit[0] }));
      at = hit.index + hit[0].length;
    }
    made.append(text.slice(at));
    return made;
  };

  button.setAttribute("aria-keyshortcuts", "/ Control+K Meta+K");
  button.innerHTML = '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="8.8" cy="8.8" r="5.3"/><path d="m13 13 4 4"/></svg><span>Search</span><kbd>/</kbd>';
  dialog.setAttribute("aria-label", "Search");
  dialog.innerHTML = '<div class="bar"><input type="text" enterkeyhint="search" placeholder="Search all pages" aria-label="Search all pages" autocomplete="off" spellcheck="false"><button type="button">Close</button></div><p role="status"></p><ul></ul>';
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const count = dialog.querySelector("[role=status]");
  // Names of files may hold what means something else in an address.
  const addressOf = (file) => root + encodeURI(file).replace(/[#?]/g, encodeURIComponent);
  const most = 20;
  const show = () => {
    list.replaceChildren();
    if (!index) return;
    const results = find(input.value);
    const terms = termsOf(input.value);
    for (const { id, page, anchor, title } of results.slice(0, most)) {
      const [file, name] = index.pages[page];
      const link = document.createElement("a");
      link.href = addressOf(file) + (anchor && `#${anchor}`);
      link.dataset.section = id;
      link.append(element("strong", title || name, terms));
      if (title) link.append(element("span", name, []));
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    fill();
    const words = results.length === 1 ? "1 place" : `${results.length} places`;
    const told = results.length > most ? `The best ${most} of ${words}` : words;
    count.textContent = input.value.trim().length < 2 ? "" : results.length ? told : "Nothing found";
  };
  // Excerpts come later than the first results, and must not take the focus from them.
  const fill = () => {
    if (!excerpts) return;
    const terms = termsOf(input.value);
    for (const link of list.querySelectorAll("a")) {
      const text = excerpts[link.dataset.section];
      if (text && !link.querySelector("p")) link.append(element("p", text, terms));
    }
  };

  // On the page that a result leads to, what was searched for is marked.
  const stored = "found";
  const mark = (terms) => {
    const text = document.querySelector("main .text, main");
    if (!terms?.length || !text || !globalThis.Highlight) return;
    const ranges = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() && ranges.length < 1000) {
      for (const hit of walker.currentNode.data.matchAll(pattern(terms))) {
        const range = new Range();
        range.setStart(walker.currentNode, hit.index);
        range.setEnd(walker.currentNode, hit.index + hit[0].length);
        ranges.push(range);
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };
  const follow = (link) => {
    const terms = termsOf(input.value);
    try {
      sessionStorage.setItem(stored, JSON.stringify(terms));
    } catch { /* storage may be forbidden; then nothing is marked */ }
    dialog.close();
    if (link.pathname === location.pathname) marked();
  };
  const marked = () => {
    try {
      mark(JSON.parse(sessionStorage.getItem(stored)));
      sessionStorage.removeItem(stored);
    } catch { /* as above */ }
  };
  marked();

  if (bar) {
    bar.querySelector(".brand").after(button);
    document.body.append(dialog);
    const open = () => {
      load("index");
      dialog.showModal();
      input.select();
    };
    button.addEventListener("click", open);
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select");
      const control = event.ctrlKey || event.metaKey;
      if (dialog.open || (control ? event.key !== "k" : event.key !== "/" || typing)) return;
      event.preventDefault();
      open();
    });
    input.addEventListener("input", show);
    input.addEventListener("keydown", (event) => event.key === "Enter" && list.querySelector("a")?.click());
    dialog.querySelector("button").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link) follow(link);
      else if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
      const stops = [input, ...list.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      stops[Math.min(Math.max(at, 0), stops.length - 1)].focus();
      event.preventDefault();
    });
  }
}
