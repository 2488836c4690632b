import { defineConfig } from "vitest/config";

const source = new URL("./src/", import.meta.url).pathname;

export default defineConfig({
  // The programs under examples/ import the package by its name.
  resolve: {
    alias: [
      { find: /^stridebuf$/, replacement: `${source}index.ts` },
      { find: /^stridebuf\/(npy|safetensors)$/, replacement: `${source}io/$1.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/interop/**", ...(process.env.STRIDEBUF_SLOW ? [] : ["test/**/*.slow.test.ts"])],
    reporters: ["default", "./test/lib/summary-reporter.ts"],
    testTimeout: 60_000,
  },
});
