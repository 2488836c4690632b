/**
 * The packed package in every environment that installs from a registry: runs everywhere/program.mjs (and parallel.mjs where there are threads) in each and prints pass or fail,
 * the backend, and why. Ends with `everywhere: N passed, N failed, N skipped`.
 *
 *     npm run check:everywhere -- [--quick] [--plant] [part of a name or group …]
 *
 * `--quick`: the rows that CI runs. `--plant`: runs each row once more with a wrong expectation, which it must notice.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { transformSync } from "esbuild";
import { environments } from "./everywhere/environments.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const options = /** @type {const} */ ({ quick: { type: "boolean" }, plant: { type: "boolean" } });
const { values: flags, positionals: words } = parseArgs({ options, allowPositionals: true });
const work = mkdtempSync(join(tmpdir(), "stridebuf-everywhere-"));
const count = { pass: 0, FAILED: 0, skipped: 0 };

const inFolder =
  (cwd) =>
  async (/** @type {string[]} */ [command, ...args]) => {
    const env = { ...process.env, CI: "1", NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1" };
    // biome-ignore format: one call
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env, timeout: 300_000, maxBuffer: 2 ** 26 });
    return `${stdout}\n${stderr}`;
  };
const writeIn = (folder) => (files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

const textOf = (name) => readFileSync(join(root, "scripts/everywhere", name), "utf8");
const program = textOf("program.mjs");
const programs = {
  "parallel.mjs": textOf("parallel.mjs"),
  "program.mjs": program,
  "program.cjs": transformSync(program, { format: "cjs", platform: "node" }).code,
};

/** The folder in which packages are installed beside the tarball: rows with the same packages share it. */
const folders = new Map();
async function installed(packages, tarball) {
  const key = packages.join(" ");
  if (!folders.has(key)) {
    const folder = join(work, String(folders.size));
    folders.set(key, folder);
    writeIn(folder)({ "package.json": JSON.stringify({ name: "stranger", private: true }) });
    await inFolder(folder)(["npm", "install", "--silent", "--no-audit", "--no-fund", tarball, ...packages]);
  }
  return folders.get(key);
}

/** The versions of what is installed for a row. */
function versions(packages, folder) {
  const names = packages.map((wanted) => wanted.replace(/(?<=.)@[^/]*$/, ""));
  const version = (name) =>
    JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
  return names.map((name) => `${name} ${version(name)}`).join(", ");
}

/** What the program printed in a row, or the error it ended with. */
async function attempt({ files, commands = [], run }, folder, fault) {
  const command = inFolder(folder);
  const write = writeIn(folder);
  try {
    write({ ...programs, ...files(fault) });
    let printed = "";
    for (const each of commands) printed += await command(each);
    if (run) printed += await run(folder, fault, command, write);
    return printed;
  } catch (error) {
    return `${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`.trim();
  }
}

/** [pass, FAILED or skipped, and why] */
async function examine(row, tarball) {
  if (row.needs && !existsSync(row.needs)) return ["skipped", `no ${row.needs}`];
  let folder;
  try {
    folder = await installed(row.packages, tarball);
  } catch (error) {
    return ["skipped", `could not be installed (${error.message.split("\n")[0]})`];
  }
  const printed = await attempt(row, folder, false);
  const said = [...printed.matchAll(/backend: (.*)/g)].map(([, text]) => text);
  const names = said.map((text) => text.split(" ")[0]).join(", ");
  if (names !== row.backend) return ["FAILED", `expected ${row.backend}; ${printed}`];
  if (flags.plant) {
    const planted = await attempt(row, folder, true);
    if (!row.notices.test(planted)) return ["FAILED", `the planted fault was not noticed: ${planted}`];
  }
  return ["pass", [said.join(", "), versions(row.packages, folder)].filter(Boolean).join("; ")];
}

try {
  const pack = ["npm", "pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", work];
  const [{ filename }] = JSON.parse(await inFolder(root)(pack));
  for (const row of environments) {
    const name = `${row.group} ${row.name}`.toLowerCase();
    if (flags.quick && !row.quick) continue;
    if (words.length > 0 && !words.some((word) => name.includes(word.toLowerCase()))) continue;
    const [outcome, why] = await examine(row, join(work, filename));
    count[outcome]++;
    console.log(`${outcome.padEnd(9)}${row.name}: ${why}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
}
console.log(`everywhere: ${count.pass} passed, ${count.FAILED} failed, ${count.skipped} skipped`);
// Where nothing could be installed, or no row has such a name, nothing has been shown.
process.exitCode = count.FAILED === 0 && count.pass > 0 ? 0 : 1;
