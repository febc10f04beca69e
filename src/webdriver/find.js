// Runs in the page. Arguments: what is looked for ("click", "field", "box", "text", "value"), and its name.
// Returns {found: [[element, words]...], others: [words...]}: what answers to the name, best kind of match only, and what
// else there is of the kind; or, for "text", what the page shows.
const [kind, wanted] = arguments;
const plain = (text) => (text || "").replace(/\s+/g, " ").trim();
// "Email:" and "Email *" are the label "Email".
const bare = (text) => plain(text).replace(/[\s:*]+$/, "").toLowerCase();

function* all(root) {
  for (const element of root.querySelectorAll("*")) {
    yield element;
    if (element.shadowRoot) yield* all(element.shadowRoot);
  }
}
const elements = [...all(document)];

function isShown(element) {
  if (element.localName === "option") return isShown(element.closest("select") || element.parentElement);
  if (!element.getClientRects().length) return false;
  const style = getComputedStyle(element);
  return style.visibility === "visible" && !element.closest("[aria-hidden=true], [inert]");
}

const texts = (element, attribute) =>
  (element.getAttribute(attribute) || "").split(/\s+/).filter(Boolean)
    .map((id) => element.getRootNode().getElementById(id)).filter(Boolean).map((part) => plain(part.textContent));

// A label's text without that of the fields inside it.
function labelText(label) {
  const copy = label.cloneNode(true);
  for (const field of copy.querySelectorAll("input, select, textarea, button")) field.remove();
  return plain(copy.textContent);
}

// The text right beside a field that has no label.
function beside(element, side) {
  let node = element[side];
  while (node && !plain(node.textContent)) {
    if (node.nodeType === 1 && node.matches("input, select, textarea, button")) return "";
    node = node[side];
  }
  return node && !(node.nodeType === 1 && node.querySelector("input, select, textarea")) ? plain(node.textContent) : "";
}

const isButton = (element) => element.matches("input[type=submit], input[type=button], input[type=reset]");

// What a reader may call an element, the clearest names first.
function names(element) {
  const labels = [...(element.labels || [])].map(labelText);
  const list = [texts(element, "aria-labelledby").join(" "), element.getAttribute("aria-label"), ...labels];
  if (isButton(element)) list.push(element.value || element.type);
  if (!element.matches("input, select, textarea")) {
    list.push(plain(element.innerText), plain(element.textContent));
    list.push(...[...element.querySelectorAll("img[alt], svg > title")].map((part) => part.alt || part.textContent));
  }
  list.push(element.getAttribute("alt"), element.getAttribute("placeholder"), element.getAttribute("title"));
  if (kind === "field" && !labels.length) list.push(beside(element, "previousSibling"));
  if (kind === "box" && !labels.length) list.push(beside(element, "nextSibling"));
  return list.map(plain).filter(Boolean);
}

const hidden = (element) => [element.id, element.getAttribute("name"), kind === "box" && element.value]
  .filter((name) => typeof name === "string" && name);

const KINDS = {
  click: "a[href], area[href], button, summary, label, option, input[type=submit], input[type=button], input[type=reset], " +
    "input[type=image], input[type=checkbox], input[type=radio], [role=button], [role=link], [role=tab], [role=menuitem], " +
    "[role=option], [role=checkbox], [role=radio], [role=switch], [onclick]",
  field: "textarea, select, [contenteditable=''], [contenteditable=true], [role=textbox], [role=searchbox], " +
    "[role=combobox], input:not([type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button], " +
    "[type=reset], [type=image])",
  box: "input[type=checkbox], input[type=radio], [role=checkbox], [role=radio], [role=switch]",
};

// Boxes are often drawn anew and hidden; then their label is what a reader sees.
const isThere = (element) => isShown(element) || (kind === "box" && [...(element.labels || [])].some(isShown));

const ROLES = { a: "link", area: "link", summary: "heading", textarea: "field", select: "list", label: "label", option: "option" };
function words(element) {
  let role = element.getAttribute("role") || ROLES[element.localName] || "text";
  if (element.matches("button") || isButton(element) || element.type === "image") role = "button";
  else if (element.type === "checkbox") role = "box";
  else if (element.type === "radio") role = "option";
  else if (element.localName === "input") role = "field";
  const name = names(element)[0] || hidden(element)[0] || "";
  return role + " \u201c" + (name.length > 60 ? name.slice(0, 60) + "\u2026" : name) + "\u201d";
}

// One thing is listed once: not a label beside its field, not a link around its button, not the same link twice.
function distinct(list) {
  const links = new Set();
  return list.filter((element) => {
    if (element.localName === "label" && list.includes(element.control)) return false;
    if (list.some((other) => other !== element && element.contains(other))) return false;
    const link = element.localName === "a" && element.href;
    const isNew = !link || !links.has(link);
    links.add(link);
    return isNew;
  });
}

const TESTS = [
  (name) => name === plain(wanted),
  (name) => bare(name) === bare(wanted),
  (name) => bare(wanted) && bare(name).includes(bare(wanted)),
];

function best(list, namesOf, tests) {
  for (const test of tests) {
    const found = list.filter((element) => namesOf(element).some(test));
    if (found.length) return distinct(found);
  }
  return [];
}

// Everything that the page shows, shadow trees included, and what its fields hold.
function shown() {
  const roots = elements.filter((element) => element.shadowRoot);
  const inner = roots.flatMap((host) => [...host.shadowRoot.children].map((child) => child.innerText));
  return [document.body ? document.body.innerText : "", ...inner].filter(Boolean).join("\n");
}

if (kind === "text") return { title: document.title, url: location.href, text: shown() };

if (kind === "value") {
  let found = [];
  try {
    found = elements.filter((element) => element.matches(wanted));
  } catch (error) {
    // A label is no selector.
  }
  const read = (element) => (element.matches("input, select, textarea") ? element.value : plain(element.innerText));
  if (found.length) return { value: read(found[0]) };
  const fields = elements.filter((element) => element.matches(KINDS.field));
  const labelled = best(fields, names, TESTS.slice(0, 2));
  return { value: labelled.length ? read(labelled[0]) : null };
}

const candidates = elements.filter((element) => element.matches(KINDS[kind]) && isThere(element));
let found = best(candidates, names, TESTS);
if (!found.length && kind === "click") {
  const own = (element) => [plain(element.innerText)];
  found = best(elements.filter((element) => element.localName !== "body" && isShown(element)), own, TESTS.slice(0, 2));
}
if (!found.length) found = best(candidates, hidden, TESTS.slice(0, 2));
// What is pressed for a box that cannot be seen is its label.
const pressed = (element) => (kind !== "box" || isShown(element) ? element : [...element.labels].find(isShown));
return {
  found: found.map((element) => [pressed(element), words(element), !!element.checked || element.ariaChecked === "true"]),
  others: [...new Set(distinct(candidates).map(words))].slice(0, 40),
};
