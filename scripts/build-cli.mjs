/**
 * src/cli/ → dist/cli/: the command with the libraries it uses, so that whoever installs the package installs none of them. What one
 * command needs lies in chunks of its own, loaded when it is called; the licences of what is inside go beside it in LICENSES.txt.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/cli");

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/main.ts"],
  outdir: "dist/cli",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20",
  chunkNames: "[name]-[hash]",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // What CommonJS packages require of Node is not there in a module.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});

/** The folder of the package that a bundled file belongs to; undefined for the project's own files. */
function packageFolder(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match?.[1];
}

const folders = new Set(
  Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => packageFolder(input))
    .filter(Boolean),
);

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
  const text =
    file === undefined
      ? "(the package brings no text of its licence)"
      : readFileSync(join(root, folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

const line = "-".repeat(80);
const texts = [...folders].filter((folder) => existsSync(join(root, folder, "package.json"))).map(licence);
const head = `The command line in this folder contains code of the packages below.\n`;
writeFileSync(join(out, "LICENSES.txt"), [head, ...texts.sort()].join(`\n${line}\n\n`));
