import { defineConfig } from "vitest/config";

// Cyclonus is built from its Go module at the first run, which takes minutes; so it is not part of `npm test`.
export default defineConfig({
  test: {
    include: ["test/network/*.judge.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
