import { defineConfig } from "vitest/config";

// Each job of .github/workflows in fresh clones: minutes, so not part of `npm test`.
export default defineConfig({
  test: {
    include: ["test/workflows/*.workflows.ts"],
    maxWorkers: 2,
    // What every bash would read at its start is this machine's affair, and can take longer than the job.
    env: { BASH_ENV: "" },
    testTimeout: 10 * 60_000,
    hookTimeout: 10 * 60_000,
  },
});
