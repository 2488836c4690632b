/**
 * src/cli/ → dist/cli/: the command with the libraries it uses, so that whoever installs the package installs none of them. What one
 * command needs lies in chunks of its own, loaded when it is called; the licences of what is inside go beside it in LICENSES.txt, and the
 * manual page.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import subsetFont from "subset-font";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/cli");

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: "src/cli/main.ts", worker: "src/cli/jobs/worker.ts" },
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
  // Its main file hides what it requires from bundlers.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
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

/** What pictures take from packages besides code, packed: the renderer, and of the font the letters that are likely. */
const packages = join(root, "node_modules");
const letters = [
  [0x20, 0x24f],
  [0x370, 0x3ff],
  [0x400, 0x45f],
  [0x2000, 0x206f],
  [0x2070, 0x209f],
  [0x2190, 0x21ff],
  [0x2200, 0x22ff],
].flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)));
const font = readFileSync(join(packages, "dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
const assets = {
  "resvg.wasm": readFileSync(join(packages, "@resvg/resvg-wasm/index_bg.wasm")),
  "font.ttf": await subsetFont(font, letters.join(""), { targetFormat: "truetype" }),
};
for (const [name, bytes] of Object.entries(assets)) writeFileSync(join(out, `${name}.br`), brotliCompressSync(bytes));
folders.add("node_modules/@resvg/resvg-wasm").add("node_modules/dejavu-fonts-ttf");

const line = "-".repeat(80);
const texts = [...folders].map(licence);
const head = `The command line in this folder contains code of the packages below.\n`;
writeFileSync(join(out, "LICENSES.txt"), [head, ...texts.sort()].join(`\n${line}\n\n`));

const page = execFileSync(process.execPath, [join(out, "main.js"), "man"]);
writeFileSync(join(out, "stridebuf.1"), page);
