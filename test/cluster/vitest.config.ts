import { defineConfig } from "vitest/config";

/** The proofs that need a control plane, and the tests of what they are made of. They wait for conditions, so no time limit makes a slow machine red. */
export default defineConfig({
  test: {
    include: ["test/cluster/**/*.proof.ts", "test/cluster/**/*.test.ts"],
    testTimeout: 0,
    hookTimeout: 0,
    teardownTimeout: 600_000,
    // Each file runs a control plane of its own; two cores carry one well.
    fileParallelism: false,
    reporters: ["verbose"],
  },
});
