import { defineConfig } from "vitest/config";

// Every fault twenty times: hours, so not part of `npm test`. A word chooses files: npm run test:faults -- redis.
export default defineConfig({
  test: {
    include: ["test/pods/*.faults.ts"],
    maxWorkers: 2,
    testTimeout: 3 * 3_600_000,
    hookTimeout: 5 * 60_000,
  },
});
