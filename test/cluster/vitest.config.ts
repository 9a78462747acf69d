import { defineConfig } from "vitest/config";

/** The proofs, which need a control plane; the tests of what they are made of are part of `npm test`. They wait for conditions, each with a limit of its own (limit.ts); those here only end a hang elsewhere. */
export default defineConfig({
  test: {
    include: ["test/cluster/**/*.proof.ts"],
    testTimeout: 2 * 3_600_000,
    hookTimeout: 3_600_000,
    teardownTimeout: 600_000,
    // Each file runs a control plane of its own; two cores carry one well.
    fileParallelism: false,
    reporters: ["verbose"],
  },
});
