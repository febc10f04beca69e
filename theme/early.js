// Runs before the first paint: the chosen colours, so that nothing flashes.
try {
  const scheme = localStorage.getItem("scheme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
} catch { /* storage may be forbidden; then the system's colours hold */ }
