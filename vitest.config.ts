import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/interop/**", ...(process.env.STRIDEBUF_SLOW ? [] : ["test/**/*.slow.test.ts"])],
    reporters: ["default", "./test/lib/summary-reporter.ts"],
    testTimeout: 60_000,
  },
});
