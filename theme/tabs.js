// Makes tabs of alternatives. Without this file they stand one after the other under their names.
{
  const stored = "alternatives";
  const read = () => {
    try {
      const names = JSON.parse(localStorage.getItem(stored));
      return Array.isArray(names) ? names : [];
    } catch {
      return [];
    }
  };

  const show = (group, at) => {
    group.panels.forEach((panel, index) => {
      // Where browsers know it, what is hidden this way is still found by their search and by links.
      if (index === at) panel.removeAttribute("hidden");
      else panel.setAttribute("hidden", "until-found");
      group.tabs[index].setAttribute("aria-selected", String(index === at));
      group.tabs[index].tabIndex = index === at ? 0 : -1;
    });
  };

  // A choice holds for all groups of all pages; the last ones are remembered, the newest first.
  const choose = (group, at) => {
    const name = group.names[at];
    const before = group.list.getBoundingClientRect().top;
    for (const other of groups) if (other.names.includes(name)) show(other, other.names.indexOf(name));
    show(group, at);
    scrollBy({ top: group.list.getBoundingClientRect().top - before, behavior: "instant" });
    try {
      localStorage.setItem(stored, JSON.stringify([name, ...read().filter((old) => old !== name)].slice(0, 20)));
    } catch { /* storage may be forbidden; the choice then holds for this page */ }
  };

  const key = (group, event) => {
    const now = group.tabs.indexOf(document.activeElement);
    const last = group.tabs.length - 1;
    const to = { ArrowLeft: now > 0 ? now - 1 : last, ArrowRight: now < last ? now + 1 : 0, Home: 0, End: last }[event.key];
    if (now < 0 || to === undefined) return;
    event.preventDefault();
    choose(group, to);
    group.tabs[to].focus();
  };

  const make = (element) => {
    const panels = [...element.children];
    const list = document.createElement("div");
    list.className = "tablist";
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Alternatives");
    const names = panels.map((panel) => panel.querySelector(".tab-name").textContent);
    const tabs = panels.map((panel, at) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `${panel.id}-button`;
      tab.textContent = names[at];
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      return tab;
    });
    const group = { list, names, panels, tabs };
    tabs.forEach((tab, at) => tab.addEventListener("click", () => choose(group, at)));
    panels.forEach((panel, at) => panel.addEventListener("beforematch", () => show(group, at)));
    list.addEventListener("keydown", (event) => key(group, event));
    list.append(...tabs);
    element.prepend(list);
    element.dataset.tabs = "";
    return group;
  };
  const groups = [...document.querySelectorAll(".alternatives")].map(make);

  // What was chosen before, else what the page shows already, else the first.
  const liked = read();
  for (const group of groups) {
    const name = liked.find((name) => group.names.includes(name)) ?? group.names[0];
    show(group, group.names.indexOf(name));
    liked.push(name);
  }

  // A link to something in a tab opens it.
  const open = () => {
    let id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch { /* then it is meant as it stands */ }
    const target = id && document.getElementById(id);
    const panel = target && target.closest(".alternatives > section");
    const group = groups.find((group) => group.panels.includes(panel));
    if (!group) return;
    show(group, group.panels.indexOf(panel));
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
}
