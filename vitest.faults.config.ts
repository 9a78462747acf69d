import { defineConfig } from "vitest/config";

// Every fault many times over: half an hour, so not part of `npm test`.
export default defineConfig({
  test: {
    include: ["test/pods/*.faults.ts"],
    maxWorkers: 2,
    testTimeout: 40 * 60_000,
    hookTimeout: 5 * 60_000,
  },
});
