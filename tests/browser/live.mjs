// Checks what `docgen serve` and `docgen compare` show. Arguments: the program, an empty folder.
import { execFileSync, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [docgen, folder] = process.argv.slice(2);
const site = join(folder, "live");
const guide = join(site, "content/hello/guide.md");
execFileSync(docgen, ["init", site, "--quiet"]);
const text = await readFile(guide, "utf8");

const server = spawn(docgen, ["serve", "--site", site, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
const origin = await new Promise((found) => server.stdout.once("data", (line) => found(/http:\S+/.exec(line)[0])));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let passed = 0;
let failed = 0;

const check = async (name, body) => {
  try {
    await body();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}\n  ${String(error.message ?? error).split("\n").slice(0, 12).join("\n  ")}`);
  }
};
const must = (fact, message) => {
  if (!fact) throw new Error(message);
};

// Opens a page under the policy that docgen's own pages keep; every complaint of the browser is a failure.
const open = async (url) => {
  const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
  const problems = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(url);
  return { page, problems };
};

const accessible = async (page) => {
  for (const [colorScheme, width] of [["light", 1500], ["dark", 500]]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const told = violations.map((violation) => `${violation.id}: ${violation.nodes[0].html.slice(0, 200)}`);
    must(told.length === 0, `${width} ${colorScheme}: ${told.join(" | ")}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    must(over <= 0, `${over} px wider than a window of ${width}`);
  }
};

await check("an open page shows a change by itself, and keeps its place", async () => {
  const { page, problems } = await open(`${origin}hello/`);
  await page.setViewportSize({ width: 1000, height: 400 });
  await page.evaluate(() => scrollTo({ top: 300, behavior: "instant" }));
  await writeFile(guide, text.replace("## Run it", "## Now run it"));
  await page.getByRole("heading", { name: "Now run it" }).waitFor();
  await page.waitForFunction(() => scrollY > 200);
  must(problems.length === 0, problems.join("\n"));
  await page.close();
});

await check("a mistake is shown on its page, named on others, and gone when it is mended", async () => {
  const [wrong, other] = await Promise.all([open(`${origin}hello/`), open(origin)]);
  await writeFile(guide, text.replace("id=greet", "idd=greet"));
  await wrong.page.getByText("did you mean `id`?").waitFor();
  await other.page.getByText("Problems elsewhere").waitFor();
  must(await wrong.page.getByRole("heading", { name: "Run it" }).isVisible(), "the text is gone");
  await accessible(wrong.page);
  await accessible(other.page);
  if (process.env.SHOTS) await wrong.page.screenshot({ path: join(process.env.SHOTS, "serve-problem.png") });
  await writeFile(guide, text);
  await wrong.page.locator("#docgen-problems").waitFor({ state: "detached" });
  await other.page.locator("#docgen-problems").waitFor({ state: "detached" });
  must([...wrong.problems, ...other.problems].length === 0, [...wrong.problems, ...other.problems].join("\n"));
  await Promise.all([wrong.page.close(), other.page.close()]);
});

await check("a page that is not looked at does not listen, and is up to date when it is", async () => {
  const pages = await Promise.all(Array.from({ length: 8 }, () => open(origin)));
  const first = pages[0].page;
  await first.bringToFront();
  await first.goto(`${origin}hello/`, { timeout: 5000 });
  await Promise.all(pages.map(({ page }) => page.close()));
});

await check("a comparison is one file, readable without script and accessible", async () => {
  const file = join(folder, "comparison.html");
  execFileSync(docgen, ["compare", guide.replace("guide.md", "original.md"), guide, "-o", file]);
  const { page, problems } = await open(pathToFileURL(file).href);
  must(await page.getByText("Only you can change the script.").isVisible(), "no note");
  must((await page.locator("script, link[rel=stylesheet], [style]").count()) === 0, "it needs other files or scripts");
  const asked = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
  must(asked.length === 0, `it asks for ${asked}`);
  for (const [width, columns] of [[1500, 2], [500, 1]]) {
    await page.setViewportSize({ width, height: 900 });
    const lefts = await page.locator("#script .hd:visible").evaluateAll((heads) => new Set(heads.map((head) => Math.round(head.getBoundingClientRect().left))).size);
    must(width < 1000 || lefts === columns, `${lefts} columns at ${width}`);
  }
  await accessible(page);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "compare-500.png") });
  must(problems.length === 0, problems.join("\n"));
  await page.close();
});

await browser.close();
server.kill();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
