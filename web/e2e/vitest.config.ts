import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Browsers against a real office, one file after the other: an office and the agent have ports of their own.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["**/*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 600_000,
    bail: 1,
  },
});
