// Leads from an old address to the new one and keeps the anchor, which a redirect in the head of a page would lose.
location.replace(new URL(document.currentScript.dataset.to, location.href).href + location.hash);
