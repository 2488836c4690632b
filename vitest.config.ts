import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: process.env.STRIDEBUF_SLOW ? [] : ["test/**/*.slow.test.ts"],
    testTimeout: 60_000,
  },
});
