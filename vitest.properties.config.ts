import { defineConfig } from "vitest/config";

// Ten thousand environments and ten thousand mistakes: a quarter of an hour on an idle machine, so not part of `npm test`.
export default defineConfig({
  test: {
    include: ["test/properties/*.properties.ts"],
    maxWorkers: 2,
    testTimeout: 60 * 60_000,
    // Shares and totals are printed as they stand.
    disableConsoleIntercept: true,
  },
});
