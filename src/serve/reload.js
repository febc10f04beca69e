// Loads the page again when docgen has built the site anew. The address of this script names the build of the page.
{
  const own = new URL(document.currentScript.src).searchParams.get("build");
  let builds;
  // Only a page that is looked at listens: browsers open few connections to one server.
  const listen = () => {
    builds?.close();
    builds = undefined;
    if (document.visibilityState === "hidden") return;
    builds = new EventSource("/-docgen/builds");
    builds.addEventListener("build", (event) => {
      if (event.data !== own) location.reload();
    });
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => builds?.close());
  addEventListener("pageshow", listen);
}
