import { defineConfig } from "vitest/config";

// Each job of .github/workflows in fresh clones: minutes, so not part of `npm test`.
export default defineConfig({
  test: {
    include: ["test/workflows/*.workflows.ts"],
    maxWorkers: 2,
    testTimeout: 10 * 60_000,
    hookTimeout: 10 * 60_000,
  },
});
