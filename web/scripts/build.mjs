// Builds every site, and beside each file that shrinks its gzip, so that nobody packs while a person waits.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const web = fileURLToPath(new URL("..", import.meta.url));
const packed = new Set([".html", ".js", ".css", ".svg", ".json"]);

for (const site of ["public", "desk", "emulated_phone"]) {
  process.env["YX_SITE"] = site;
  await build({ configFile: join(web, "vite.config.ts"), logLevel: "warn" });
  const out = join(web, "..", "build", "web", site);
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && packed.has(extname(entry.name))) {
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  }
}
