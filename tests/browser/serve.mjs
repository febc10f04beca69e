// A static server with the strictest policy that the site promises to work under, at a sub-path.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
  ".json": "application/json", ".woff2": "font/woff2", ".md": "text/markdown", ".png": "image/png", ".txt": "text/plain", ".sh": "text/plain", ".xml": "application/xml",
};

export const serve = (folder, base) =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
      const below = path.startsWith(base) ? normalize(path.slice(base.length)) : "..";
      const name = below.endsWith("/") || below === "." ? join(below, "index.html") : below;
      try {
        if (name.startsWith("..")) throw new Error("outside");
        const bytes = await readFile(join(folder, name));
        response.writeHead(200, {
          "content-type": types[extname(name)] ?? "application/octet-stream",
          "content-security-policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "x-content-type-options": "nosniff",
        });
        response.end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    server.listen(0, "127.0.0.1", () => resolve({ server, origin: `http://127.0.0.1:${server.address().port}` }));
  });
