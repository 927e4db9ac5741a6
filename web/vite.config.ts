import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// Three sites, since each has an origin of its own: YX_SITE=public (hall, phone, verify), desk, or emulated_phone, which
// belongs to the emulated providers of a demonstration.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const sites = {
  public: { pages: ["index.html", "p/index.html", "verify/index.html"], office: "http://127.0.0.1:8443", asked: ["/api", "/readyz", "/healthz", "/ca", "/crl"] },
  desk: { pages: ["index.html"], office: "http://127.0.0.1:8444", asked: ["/desk"] },
  emulated_phone: { pages: ["index.html"], office: "http://127.0.0.1:8446", asked: ["/phone"] },
};
const wished = process.env["YX_SITE"] ?? "public";
const site = wished === "desk" || wished === "emulated_phone" ? wished : "public";
const { pages, asked } = sites[site];
// `npm run dev` speaks to an office that runs, by default the one of ./yx up.
const office = process.env["YX_OFFICE"] ?? sites[site].office;

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
