import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// Two sites, since hall and desk have origins of their own: YX_SITE=public (hall, phone, verify) or desk.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const site = process.env["YX_SITE"] === "desk" ? "desk" : "public";
const pages = {
  public: ["index.html", "p/index.html", "verify/index.html"],
  desk: ["index.html"],
}[site];
// `npm run dev` speaks to an office that runs, by default the one of ./yx up.
const office = process.env["YX_OFFICE"] ?? (site === "desk" ? "http://127.0.0.1:8444" : "http://127.0.0.1:8443");
const asked = site === "desk" ? ["/desk"] : ["/api", "/readyz", "/healthz", "/ca", "/crl"];

export default defineConfig({
  root: here(`sites/${site}`),
  publicDir: false,
  plugins: [vue()],
  resolve: { alias: { "/src": here("src"), "@": here("src") } },
  define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __INTLIFY_PROD_DEVTOOLS__: "false" },
  build: {
    outDir: here(`../build/web/${site}`),
    emptyOutDir: true,
    target: ["chrome87", "safari14"],
    sourcemap: false,
    assetsInlineLimit: 0, // the pages' policy allows no data: but for pictures
    modulePreload: { polyfill: false },
    rollupOptions: { input: pages.map((page) => here(`sites/${site}/${page}`)) },
  },
  server: {
    proxy: Object.fromEntries(asked.map((path) => [path, { target: office, changeOrigin: true }])),
    fs: { allow: [here(".")] },
  },
  test: { root: here("."), include: ["src/**/*.test.ts"], environment: "jsdom" },
});
