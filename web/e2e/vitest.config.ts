import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Where the gate sums its tests, each of a walk is counted like any other.
const report = /^xml:(.+)$/.exec(process.env["GTEST_OUTPUT"] ?? "")?.[1];

// Browsers against a real office, one file after the other: an office and the agent have ports of their own.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["**/*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    bail: 1,
    ...(report ? { reporters: ["default", "junit"], outputFile: { junit: report } } : {}),
  },
});
