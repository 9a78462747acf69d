import { defineConfig } from "vitest/config";

// Generous limits: a slow machine is slow and not red. They only end a test that hangs.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    maxWorkers: 3,
  },
});
