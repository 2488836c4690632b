/** Bundlers: each makes out/main.mjs of main.mjs for the web, in one file or in several, which Node then runs. */
import { asModule } from "./runtimes.mjs";

const bundler = (name, packages, command, config = {}, more = {}) => ({
  ...{ name, packages, ...more },
  files: (fault) => ({ "main.mjs": asModule(fault), ...config }),
  commands: [command.split(" "), [process.execPath, "out/main.mjs"]],
});

/** webpack and Rspack read the same configuration. */
const packed = `module.exports = { mode: "production", entry: "./main.mjs", target: ["web", "es2022"],
  output: { path: __dirname + "/out", filename: "main.mjs", module: true }, experiments: { outputModule: true } };`;

export const bundlers = [
  bundler(
    "esbuild",
    ["esbuild@0.28"],
    "node_modules/.bin/esbuild main.mjs --bundle --format=esm --outfile=out/main.mjs",
    {},
    { quick: true },
  ),
  bundler(
    "Rollup",
    ["rollup@4", "@rollup/plugin-node-resolve@16"],
    "node_modules/.bin/rollup main.mjs -p node-resolve -d out --entryFileNames [name].mjs",
    {},
    { quick: true },
  ),
  bundler(
    "Rolldown",
    ["rolldown@1"],
    "node_modules/.bin/rolldown main.mjs -d out --entry-file-names [name].mjs",
    {},
    { quick: true },
  ),
  bundler("webpack", ["webpack@5", "webpack-cli@6"], "node_modules/.bin/webpack", { "webpack.config.cjs": packed }),
  bundler("Rspack", ["@rspack/core@1", "@rspack/cli@1"], "node_modules/.bin/rspack build", {
    "rspack.config.cjs": packed,
  }),
  bundler("Vite, build", ["vite@8"], "node_modules/.bin/vite build", {
    "vite.config.mjs": `export default { build: { outDir: "out", target: "es2022",
      lib: { entry: "main.mjs", formats: ["es"], fileName: () => "main.mjs" } } };`,
  }),
  // Parcel looks at `exports` only when asked to, else at `alias`.
  ...[{}, { "@parcel/resolver-default": { packageExports: true } }].map((settings) =>
    bundler(
      ["Parcel", ...Object.values(settings).flatMap(Object.keys)].join(", "),
      ["parcel@2"],
      "node_modules/.bin/parcel build main.mjs --no-cache",
      {
        "package.json": JSON.stringify({
          ...{ name: "stranger", private: true, ...settings },
          ...{ main: "out/main.mjs", targets: { main: { outputFormat: "esmodule", includeNodeModules: true } } },
        }),
      },
    ),
  ),
];
