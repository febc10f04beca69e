// Checks of the built pages. Prints what fails, then `N passed, N failed`.
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [sample, ...others] = process.argv.slice(2);
const widths = [1500, 1000, 500, 320];
let passed = 0;
const failures = [];

const check = async (name, body) => {
  try {
    await body();
    passed += 1;
  } catch (error) {
    failures.push(name);
    console.log(`FAILED ${name}\n  ${String(error.message ?? error).split("\n").slice(0, 12).join("\n  ")}`);
  }
};
const must = (fact, message) => {
  if (!fact) throw new Error(typeof message === "function" ? message() : message);
};
const same = (real, wanted, what) =>
  must(JSON.stringify(real) === JSON.stringify(wanted), () => `${what}: ${JSON.stringify(real)}, wanted ${JSON.stringify(wanted)}`);

const pagesOf = async (folder) =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".html")).sort();

// The path that the site was built for, from the address that its home page gives itself.
const baseOf = async (folder) => {
  const canonical = /rel="canonical" href="([^"]+)"/.exec(await readFile(join(folder, "index.html"), "utf8"));
  return canonical ? new URL(canonical[1]).pathname : "/";
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

// Opens a page, and gives back what went wrong while it loaded.
const open = async (url, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`));
  await page.goto(url);
  return { page, problems, close: () => context.close() };
};

for (const folder of [sample, ...others]) {
  const base = await baseOf(folder);
  const { server, origin } = await serve(folder, base);
  const names = await pagesOf(folder);
  must(names.length > 2, `${folder} has too few pages`);
  const title = folder.split("/").at(-1);

  for (const name of names) {
    const source = await readFile(join(folder, name), "utf8");
    const url = `${origin}${base}${name}`;
    await check(`${title}/${name}: no inline script or style, unique ids`, () => {
      must(!/\sstyle=/.test(source), "a style attribute");
      must(!/<style|<script(?![^>]*\ssrc=)|\son\w+="/.test(source), "an inline script or style");
      const ids = [...source.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
      same(ids.filter((id, at) => ids.indexOf(id) !== at), [], "repeated ids");
    });
    if (source.includes("http-equiv=\"refresh\"")) {
      await check(`${title}/${name}: redirects`, async () => {
        const { page, close } = await open(url);
        await page.waitForURL((now) => now.href !== url);
        must(await page.locator("h1").isVisible(), "the page it leads to has no heading");
        await close();
      });
      continue;
    }
    await check(`${title}/${name}: loads under a strict policy, and its links lead somewhere`, async () => {
      const { page, problems, close } = await open(url);
      same(problems, [], "problems");
      const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href));
      for (const link of new Set(links.filter((link) => link.startsWith(origin)))) {
        const response = await page.request.get(link);
        must(response.ok(), `${link} gives ${response.status()}`);
        const anchor = decodeURIComponent(new URL(link).hash.slice(1));
        const text = anchor && (await response.text());
        must(!anchor || text.includes(`id="${anchor.replaceAll("&", "&amp;")}"`), `${link} has no such anchor`);
      }
      await close();
    });
    await check(`${title}/${name}: fits every width`, async () => {
      const { page, close } = await open(url);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        must(over <= 0, `${over} px wider than a window of ${width}`);
      }
      await close();
    });
    await check(`${title}/${name}: accessible, light and dark, wide and narrow`, async () => {
      const { page, close } = await open(url, { bypassCSP: true });
      await page.evaluate(axe);
      const told = [];
      for (const [colorScheme, width] of [["light", 1500], ["dark", 500]]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        const where = (violation) => violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ");
        told.push(...violations.map((violation) => `${violation.id} (${width} ${colorScheme}): ${where(violation)}`));
      }
      same(told, [], "violations");
      await close();
    });
  }
  server.close();
}

const base = await baseOf(sample);
const { server, origin } = await serve(sample, base);
const at = (path) => `${origin}${base}${path}`;

await check("copying takes the commands only", async () => {
  const { page, close } = await open(at("guide/index.html"), { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator("#ask button.copy").click({ force: true });
  await page.waitForFunction(() => document.querySelector("#ask button.copy").textContent === "Copied");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  same(text, "curl -s http://127.0.0.1:9000/\ncurl -s http://127.0.0.1:9000/token", "copied");
  same(await page.locator("#ask button.copy").getAttribute("aria-label"), "Copy Commands: ask", "name of the button");
  same(await page.locator("p.vh[role=status]").innerText(), "Copied", "said");
  await close();
});

await check("without script: no copy button, everything readable", async () => {
  const { page, close } = await open(at("guide/index.html"), { javaScriptEnabled: false });
  same(await page.locator("button.copy:visible, button.scheme:visible").count(), 0, "buttons without use");
  must(await page.locator("#start code").isVisible(), "the code is not visible");
  await close();
});

const selected = (page, selector) =>
  page.evaluate((selector) => {
    const selection = getSelection();
    selection.selectAllChildren(document.querySelector(selector));
    return selection.toString().trim();
  }, selector);

await check("selecting a transcript gives its commands", async () => {
  const { page, close } = await open(at("guide/index.html"));
  const lines = (await selected(page, "#ask code")).split("\n").filter((line) => line.trim());
  same(lines, ["curl -s http://127.0.0.1:9000/", "curl -s http://127.0.0.1:9000/token"], "selected");
  await close();
});

await check("selecting the revised side gives exactly its commands", async () => {
  const { page, close } = await open(at("guide/compare/index.html"));
  const text = await selected(page, "#start-r code");
  same(text.split("\n").map((line) => line.trimEnd()), ["tool serve -d \\", "  --listen 127.0.0.1:9000 \\", "  --config /etc/tool.conf"], "selected");
  const script = await page.request.get(at("guide/compare/steps/start.sh"));
  same(await script.text(), "tool serve -d \\\n  --listen 127.0.0.1:9000 \\\n  --config /etc/tool.conf\n", "script");
  await close();
});

const unlevel = () =>
  [...document.querySelectorAll(".g")].flatMap((grid) =>
    [...grid.querySelectorAll(".l .ln[data-row]")].flatMap((line) => {
      const partner = grid.querySelector(`.r .ln[data-row="${line.dataset.row}"]`);
      const off = partner && Math.abs(partner.getBoundingClientRect().top - line.getBoundingClientRect().top);
      return off > 1 ? [`${line.textContent.trim().slice(0, 30)}: ${off}`] : [];
    }),
  );

for (const width of [1500, 1000, 800]) {
  await check(`both sides stand level at ${width}`, async () => {
    const { page, close } = await open(at("guide/compare/index.html"), { viewport: { width, height: 900 } });
    same(await page.evaluate(unlevel), [], "rows");
    must((await page.locator(".l .ln[data-row]").count()) > 4, "too few rows to tell");
    await close();
  });
}

await check("on a narrow page a revised line stands right below the line that it replaces", async () => {
  const { page, close } = await open(at("guide/compare/index.html"), { viewport: { width: 500, height: 900 } });
  const off = await page.evaluate(() =>
    [...document.querySelectorAll(".g")].flatMap((grid) =>
      [...grid.querySelectorAll(".l .chg[data-row]")].flatMap((line) => {
        const partner = grid.querySelector(`.r .chg[data-row="${line.dataset.row}"]`);
        const gap = partner && partner.getBoundingClientRect().top - line.getBoundingClientRect().bottom;
        return partner && Math.abs(gap) > 1 ? [`${line.textContent.trim().slice(0, 30)}: ${gap}`] : [];
      }),
    ),
  );
  same(off, [], "rows");
  await close();
});

await check("the selection of every revised side is its script, to the byte", async () => {
  const { page, close } = await open(at("guide/compare/index.html"));
  const scripts = await page.locator(".hd.r a.script").evaluateAll((links) =>
    links.map((link) => [link.href, `#${link.closest(".g").querySelector("pre.r").id} code`]),
  );
  must(scripts.length > 3, `only ${scripts.length} scripts`);
  for (const [href, code] of scripts) {
    const script = await (await page.request.get(href)).text();
    same((await selected(page, code)).trimEnd(), script.trimEnd(), href);
  }
  await close();
});

await check("without styles the order is: heading, summary, original, revised, notes, output", async () => {
  const { page, close } = await open(at("guide/compare/index.html"), { javaScriptEnabled: false });
  const order = await page.locator("#start").evaluate((section) => {
    document.querySelectorAll("link[rel=stylesheet], style").forEach((sheet) => sheet.remove());
    const parts = [["heading", "h2"], ["summary", "p.sum"], ["original", "pre.l"], ["revised", "pre.r"], ["notes", "ol.rail"], ["output", ".cmp.output pre.r"]];
    const tops = parts.map(([name, selector]) => [name, section.querySelector(selector).getBoundingClientRect().top]);
    return tops.sort((a, b) => a[1] - b[1]).map(([name]) => name);
  });
  same(order, ["heading", "summary", "original", "revised", "notes", "output"], "order");
  const words = await page.locator("#start pre.l .vh").first().textContent();
  same(words, "removed: ", "word of a removed line");
  await close();
});

await check("a line of the revised side has an address of its own", async () => {
  const { page, close } = await open(at("guide/compare/index.html#start.L2"));
  await page.waitForFunction(() => {
    const { top } = document.getElementById("start.L2").getBoundingClientRect();
    return top >= 0 && top < innerHeight;
  });
  const [text, target] = await page.evaluate(() => {
    const line = document.getElementById("start.L2");
    return [line.textContent, line.matches(":target") && getComputedStyle(line).outlineStyle];
  });
  must(text.includes("--listen"), text);
  same(target, "solid", "outline of the line");
  await close();
});

await check("the ends of a move lead to each other", async () => {
  const { page, close } = await open(at("guide/compare/index.html"), { javaScriptEnabled: false });
  const follow = async (from) => {
    await page.locator(`${from} .gap a`).first().click();
    return new URL(page.url()).hash;
  };
  const there = await follow("#tidy");
  must(there !== "#tidy", "the move leads nowhere");
  same(await follow(there), "#tidy", "back");
  await close();
});

await check("the keyboard reaches both sides, notes and scripts", async () => {
  const { page, close } = await open(at("guide/compare/index.html"), { viewport: { width: 1000, height: 900 } });
  await page.locator("#start .jump").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#start-r");
  await page.locator("#start pre.l").first().focus();
  const stops = [];
  for (let at = 0; at < 8; at += 1) {
    await page.keyboard.press("Tab");
    stops.push(await page.evaluate(() => document.activeElement.className.split(" ")[0] || document.activeElement.localName));
    same(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none"), true, `focus seen at ${stops.at(-1)}`);
  }
  for (const stop of ["name", "script", "side", "mk", "summary"]) must(stops.includes(stop), `${stop} is not reached: ${stops}`);
  await close();
});

await check("on paper a comparison keeps its marks and leaves out what cannot be used there", async () => {
  const { page, close } = await open(at("guide/compare/index.html"));
  await page.emulateMedia({ media: "print" });
  same(await page.locator(".view:visible, header.top:visible, .jump:visible").count(), 0, "what cannot be used");
  must((await page.locator("#start del:visible, #start ins:visible").count()) > 0, "no boxes");
  must((await page.locator("#start .rail li:visible").count()) === 3, "notes are missing");
  const border = await page.locator("#start ins").first().evaluate((box) => getComputedStyle(box).outlineStyle + getComputedStyle(box).borderTopStyle + getComputedStyle(box).boxShadow);
  must(border.includes("solid"), `a box without a line: ${border}`);
  await close();
});

await check("notes stand beside their lines in the wide layout", async () => {
  const { page, close } = await open(at("guide/compare/index.html"));
  const off = await page.evaluate(() => {
    const note = document.querySelector("#start .rail li");
    const number = note.value;
    const mark = document.querySelector(`#start .mk[data-n="${number}"]`).closest(".ln");
    return Math.abs(note.getBoundingClientRect().top - mark.getBoundingClientRect().top);
  });
  must(off < 8, `the first note is ${off} px away from its line`);
  await close();
});

for (const [name, options] of [["a phone", { viewport: { width: 500, height: 900 } }], ["choice", {}]]) {
  await check(`one column by ${name}`, async () => {
    const { page, close } = await open(at("guide/compare/index.html"), { javaScriptEnabled: false, ...options });
    if (name === "choice") await page.locator("#one-column").check();
    const lefts = await page.locator("#start .ln:visible").evaluateAll((lines) => [...new Set(lines.map((line) => Math.round(line.getBoundingClientRect().left)))]);
    same(lefts.length, 1, "left edges");
    same(await page.locator("#start .l .same:visible").count(), 0, "equal lines shown twice");
    const tops = await page.locator("#start .ln:visible").evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect()).sort((a, b) => a.top - b.top).map((box, at, all) => at > 0 && box.top < all[at - 1].bottom - 1));
    same(tops.filter(Boolean).length, 0, "lines over each other");
    await close();
  });
}

await check("an output that is not the real one says so on both pages", async () => {
  for (const path of ["guide/index.html", "guide/compare/index.html"]) {
    const { page, close } = await open(at(path));
    must(await page.getByText("Not the real output: nobody has an account here").isVisible(), `${path} keeps it to itself`);
    await close();
  }
});

await check("the keyboard reaches the content first", async () => {
  const { page, close } = await open(at("guide/index.html"));
  await page.keyboard.press("Tab");
  same(await page.evaluate(() => document.activeElement.className), "skip", "first stop");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#content");
  await close();
});

await check("the list of pages opens without script", async () => {
  const { page, close } = await open(at("guide/index.html"), { javaScriptEnabled: false, viewport: { width: 500, height: 900 } });
  must(!(await page.locator("#nav").isVisible()), "open from the start");
  await page.locator("button.menu").click();
  must(await page.locator("#nav").isVisible(), "does not open");
  await page.locator("#nav").getByText("Every element").click();
  await page.waitForURL("**/elements/index.html");
  await close();
});

for (const where of [at("index.html"), pathToFileURL(join(sample, "guide/index.html")).href]) {
  await check(`search finds sections from ${new URL(where).protocol}`, async () => {
    const { page, problems, close } = await open(where);
    await page.keyboard.press("/");
    await page.keyboard.type("daemon mod");
    await page.locator("dialog.search li a").first().waitFor();
    same(await page.locator("dialog.search li strong").allInnerTexts(), ["Start it"], "found");
    await page.locator("dialog.search li p").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/guide/index.html#start-it");
    await page.waitForFunction(() => CSS.highlights.get("found")?.size > 1);
    const marked = await page.evaluate(() => [...CSS.highlights.get("found")].map((range) => range.toString().toLowerCase()));
    same([...new Set(marked)].sort(), ["daemon", "mod"], "marked on the page");
    same(problems, [], "problems");
    await close();
  });
}

// The panels that are shown, by the ids of their first blocks.
const shownTabs = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".alternatives > section")]
      .filter((panel) => panel.querySelector("figure").checkVisibility({ contentVisibilityAuto: true }) && panel.querySelector("figure").getBoundingClientRect().height > 0)
      .filter((panel) => !panel.hidden && panel.hidden !== "until-found")
      .map((panel) => panel.querySelector("figure").id),
  );

await check("alternatives are tabs, linked and remembered", async () => {
  const { page, problems, close } = await open(at("alternatives/index.html"));
  same(await shownTabs(page), ["get-debian", "start-debian"], "at first");
  same(await page.getByRole("tab").allInnerTexts(), ["Debian 12", "Fedora", "Arch", "Fedora", "Debian 12"], "tabs");
  await page.getByRole("tab", { name: "Fedora" }).first().click();
  same(await shownTabs(page), ["get-fedora", "start"], "after a click");
  await page.keyboard.press("ArrowRight");
  same(await shownTabs(page), ["arch-conf", "start"], "after an arrow key");
  must(await page.locator("#get-arch").isVisible(), "the second block of the tab is not shown");
  await page.keyboard.press("ArrowRight");
  same(await shownTabs(page), ["get-debian", "start-debian"], "around the end");
  await page.keyboard.press("End");
  same(await page.evaluate(() => [document.activeElement.textContent, document.activeElement.getAttribute("aria-selected")]), ["Arch", "true"], "focus");
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.closest("[role=tabpanel]")?.id === "arch-conf-tab"), "Tab does not go into the panel");
  await page.getByRole("tab", { name: "Fedora" }).last().click();
  await page.reload();
  same(await shownTabs(page), ["get-fedora", "start"], "after a reload");
  same(problems, [], "problems");
  await close();
});

await check("a link to a block in a hidden tab opens it", async () => {
  const { page, close } = await open(at("alternatives/index.html#get-arch"));
  same((await shownTabs(page))[0], "arch-conf", "on arrival");
  await page.getByRole("link", { name: "the way with dnf" }).click();
  await page.waitForFunction(() => document.querySelector("#get-fedora-tab:not([hidden])"));
  const top = await page.locator("#get-fedora").evaluate((block) => block.getBoundingClientRect().top);
  must(top >= 0 && top < 1000, `it is at ${top} px`);
  await page.goto(at("alternatives/index.html"));
  same((await shownTabs(page))[0], "get-debian", "a link is no choice to remember");
  await close();
});

await check("search opens the tab that it found", async () => {
  const { page, close } = await open(at("index.html"));
  await page.keyboard.press("/");
  await page.keyboard.type("pacman");
  await page.locator("dialog.search li a", { hasText: "Get the tool (Arch)" }).click();
  await page.waitForURL("**/alternatives/index.html#arch-conf-tab");
  same((await shownTabs(page))[0], "arch-conf", "shown");
  await close();
});

await check("alternatives without script, and on paper", async () => {
  const bare = await open(at("alternatives/index.html"), { javaScriptEnabled: false });
  same(await bare.page.locator(".tab-name:visible").allInnerTexts(), ["Debian 12", "Fedora", "Arch", "Fedora", "Debian 12"], "names without script");
  must(await bare.page.locator("#get-arch code").isVisible(), "an alternative is not visible");
  await bare.close();
  const { page, close } = await open(at("alternatives/index.html"));
  await page.emulateMedia({ media: "print" });
  same(await page.locator(".tab-name:visible").count(), 5, "names on paper");
  same(await page.locator(".tablist:visible").count(), 0, "tabs on paper");
  const heights = await page.locator(".alternatives figure").evaluateAll((blocks) => blocks.map((block) => block.getBoundingClientRect().height));
  must(heights.every((height) => height > 20), `heights on paper: ${heights}`);
  await close();
});

await check("search forgives typos, finds by beginnings, and puts titles first", async () => {
  const { page, close } = await open(at("index.html"));
  const first = async (query) => {
    await page.locator("dialog.search input").fill(query);
    await page.waitForFunction(() => document.querySelector("dialog.search [role=status]").textContent);
    return page.locator("dialog.search li a").evaluateAll((links) => links.map((link) => [...link.querySelectorAll("strong, span")].map((part) => part.innerText).join(" | "))[0] ?? "");
  };
  await page.locator("button.find").click();
  for (const [query, wanted] of [
    ["glossry", "Glossary"],
    ["glosasry", "Glossary"],
    ["defin", "Definitions | Every element"],
    ["answer", "Use the answer | Install the tool"],
    ["looks", "Every element"],
    ["zzzz", ""],
  ]) same(await first(query), wanted, query);
  await close();
});

await check("search shows how a section begins, with the words that were typed", async () => {
  const { page, close } = await open(at("index.html"));
  await page.keyboard.press("Control+k");
  await page.keyboard.type("everything comparison");
  await page.locator("dialog.search li p").first().waitFor();
  same(await page.locator("dialog.search li p").allInnerTexts(), ["A short guide with everything that the comparison page has to show."], "excerpts");
  same(await page.locator("dialog.search li p mark").allInnerTexts(), ["everything", "comparison"], "marked");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/guide/index.html");
  await close();
});

await check("a marked line is copied as it is written, and its number is not", async () => {
  const { page, close } = await open(at("elements/index.html"), { permissions: ["clipboard-read", "clipboard-write"] });
  const block = page.locator(".block", { hasText: "three lines stand out" });
  await block.locator("button.copy").click({ force: true });
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  same(copied.split("\n").map((line) => line.slice(0, 16)), ["def greet(name):", "    words = f\"He", "    if not name:", "        words = ", "    return words"], "copied");
  const text = await page.evaluate(() => {
    getSelection().selectAllChildren(document.querySelector("mark.line").closest("code"));
    return getSelection().toString().trimEnd();
  });
  same(text, copied, "selected");
  const tops = await block.locator("mark.line").evaluateAll((marks) => marks.map((mark) => mark.getBoundingClientRect()).map(({ top, height }) => [top, height]));
  must(tops[2][0] - tops[1][0] === tops[1][1], `lines are not next to each other: ${tops}`);
  await close();
});

await check("images keep their place while they load", async () => {
  const { page, close } = await open(at("elements/index.html"));
  const sizes = await page.locator(".text > p > img").evaluateAll((images) => images.map((image) => [image.getAttribute("width"), image.getAttribute("height"), image.loading, image.alt !== ""]));
  same(sizes, [["240", "140", "lazy", true], ["160", "160", "lazy", true]], "images");
  await close();
});

await check("an old address keeps the anchor", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const { page, close } = await open(at("old/limits/index.html#some-part"), { javaScriptEnabled });
    await page.waitForURL(javaScriptEnabled ? "**/reference/config/limits/index.html#some-part" : "**/reference/config/limits/index.html");
    await close();
  }
});

await check("tags lead to the pages that have them", async () => {
  const { page, close } = await open(at("elements/index.html"));
  await page.locator(".tags a", { hasText: "Looks" }).click();
  await page.waitForURL("**/tags/looks/index.html");
  same(await page.locator("h1").innerText(), "Tagged “Looks”", "title");
  same(await page.locator(".cards > li > a").allInnerTexts(), ["Every element"], "pages");
  await close();
});

await check("the home page leads to the first page and to every part", async () => {
  const { page, close } = await open(at("index.html"), { javaScriptEnabled: false });
  same(await page.locator(".cards > li > a").allInnerTexts(), ["Alternatives", "Every element", "Install the tool", "Reference"], "parts");
  same(await page.locator(".cards > li ul a").allInnerTexts(), ["Config", "Glossary"], "pages of a part");
  await page.locator(".start a").click();
  await page.waitForURL("**/alternatives/index.html");
  await close();
});

await check("the search dialog is accessible, light and dark", async () => {
  const { page, close } = await open(at("guide/index.html"), { bypassCSP: true });
  await page.evaluate(axe);
  await page.locator("button.find").click();
  await page.locator("dialog.search input").fill("tool");
  await page.locator("dialog.search li a").first().waitFor();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() => globalThis.axe.run(document.querySelector("dialog"), { resultTypes: ["violations"] }));
    same(violations.map((violation) => `${violation.id}: ${violation.nodes[0].html.slice(0, 120)}`), [], "violations");
  }
  await page.keyboard.press("Escape");
  must(!(await page.locator("dialog.search").isVisible()), "Escape does not close it");
  await close();
});

await check("the chosen colours last", async () => {
  const { page, close } = await open(at("index.html"), { colorScheme: "light" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.locator("button.scheme").click();
  await page.locator("button.scheme").click();
  const dark = await background();
  must(light !== dark, "nothing changed");
  await page.goto(at("guide/index.html"));
  same(await background(), dark, "on the next page");
  await close();
});

await check("the site works from a folder on disk", async () => {
  const { page, close, problems } = await open(pathToFileURL(join(sample, "index.html")).href);
  await page.locator("main").getByText("the guide").click();
  must((await page.locator("h1").innerText()) === "Install the tool", "the link led elsewhere");
  await page.locator(".tabs a", { hasText: "Side by side" }).click();
  must(await page.locator(".pair").first().isVisible(), "no comparison");
  same(problems, [], "problems");
  await close();
});

await check("forced colours keep the boxes", async () => {
  const { page, close } = await open(at("guide/compare/index.html"), { forcedColors: "active" });
  const widths = await page.locator(".side del, .side ins").evaluateAll((boxes) => boxes.map((box) => parseFloat(getComputedStyle(box).borderTopWidth)));
  must(widths.length > 0 && widths.every((width) => width >= 1), `borders: ${widths}`);
  await close();
});

await check("pages print", async () => {
  for (const path of ["guide/index.html", "guide/compare/index.html"]) {
    const { page, close } = await open(at(path));
    must((await page.pdf({ format: "A4" })).length > 5000, `${path} prints next to nothing`);
    await close();
  }
});

server.close();
await browser.close();
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
