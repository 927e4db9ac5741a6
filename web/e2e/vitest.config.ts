import { defineConfig } from "vitest/config";

// One file at a time: each starts an office of its own.
export default defineConfig({
  test: {
    root: new URL(".", import.meta.url).pathname,
    include: ["**/*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 600_000,
    bail: 1,
  },
});
