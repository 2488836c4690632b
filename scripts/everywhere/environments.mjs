/**
 * Where the program of program.mjs is run. A row: `name`; `packages` to install beside the tarball; `needs`, a program that has to be
 * there; `files(fault)` to write; `commands` whose output tells the backend, or `run(folder, fault, command, write)` that returns such
 * text; the `backend` that is expected (wasm); `notices`, what a planted fault ends in; `quick`, whether CI runs it.
 */
import { inBrowsers } from "./browsers.mjs";
import { bundlers } from "./bundlers.mjs";
import { registries } from "./registries.mjs";
import { runtimes } from "./runtimes.mjs";
import { testRunners } from "./testing.mjs";

const groups = { runtime: runtimes, registry: registries, test: testRunners, bundler: bundlers, browser: inBrowsers };

export const environments = Object.entries(groups).flatMap(([group, rows]) =>
  rows.map((row) => ({ backend: "wasm", notices: /expected -48,/, ...row, group })),
);
