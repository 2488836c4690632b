/**
 * Into which file of the CommonJS build a source goes. Node reads the text of whatever it loads, functions that nobody calls included,
 * at some 20 to 30 kB per millisecond, and a file costs a third of a millisecond: so what `stridebuf` and `stridebuf/js` begin with lies in
 * one file, and what few programs call in files of its own, which are loaded at the first call of one of their functions.
 */
import { join, relative } from "node:path";

/**
 * The files that are loaded late, and their sources: how paths begin, below src/. What is called once per item from loops, made into
 * tables that loops read, or exported as anything else than a function stays out.
 */
const late = {
  module: [
    "backend/wasm/binary",
    "backend/wasm/cut",
    "backend/wasm/load",
    "backend/wasm/memory",
    "backend/wasm/race",
    "backend/wasm/run",
    "backend/wasm/stage",
    "backend/wasm/table",
    "backend/wasm/tiles",
    "backend/wasm/unpack",
  ],
  names: ["dtype/names/", "dtype/builtin/", "format/bracket"],
  types: [
    "dtype/aliased",
    "dtype/long-double",
    "dtype/make-other",
    "dtype/order",
    "dtype/records",
    "dtype/resolve.ts",
    "dtype/resolved",
    "dtype/small-float",
    "backend/js/convert/codec",
    "backend/js/convert/long",
    "backend/js/convert/times",
    "datetime/arithmetic",
    "datetime/calendar",
    "datetime/convert",
    "datetime/text",
    "format/caret",
    "format/choose-by-itemsize",
    "format/field-names",
    "format/numpy-rules",
    "format/struct-syntax",
  ],
  items: [
    "convert/codecs",
    "view/access",
    "view/codec",
    "view/encoding",
    "view/fields",
    "view/items",
    "view/numbers",
    "view/offsets",
  ],
  views: [
    "view/blocks",
    "view/cast",
    "view/columns",
    "view/compare",
    "view/digits",
    "view/exported",
    "view/indexing",
    "view/json",
    "view/print-items",
    "view/reshape",
    "view/suboffsets",
    "view/summary",
  ],
  plans: [
    "backend/js/where",
    "convert/out-of-range",
    "engine/direct-plan",
    "engine/explain",
    "engine/overlap",
    "engine/plan-blocks",
    "engine/run-steps",
    "engine/scalar",
    "exchange/check",
  ],
  twins: [
    "backend/js/convert/bytes",
    "backend/js/convert/casts",
    "backend/js/convert/minifloat",
    "backend/js/convert/wide",
    "convert/twins",
  ],
  // With fflate.
  archives: ["io/npz.ts"],
};

/** The file that start-up loads, and what it gives. */
const early = { core: "index.ts" };

/** Export paths that give on functions of files that are loaded late. */
const waiting = ["index.js", "js.js", "io/npy.js", "io/npz.js"];

const pathOf = (name) => `chunks/${name}.js`;

/** Whether a file takes the functions of files that are loaded late when it first calls them, and not when it is loaded itself. */
export const waits = (file) =>
  [...Object.keys(late), ...Object.keys(early)].map(pathOf).includes(file) || waiting.includes(file);

/** Whether a file is loaded late. */
export const isLate = (file) => Object.keys(late).map(pathOf).includes(file);

/**
 * @typedef {{ importedIds: readonly string[], isEntry: boolean, dynamicImporters: readonly string[] }} ModuleInfo what Rolldown knows
 *
 * @param {string} src the folder of the sources
 * @param {ReadonlyMap<string, ModuleInfo>} modules
 * @returns {(id: string) => string | null} the name of the file that a source goes into, null where it is the only one that loads it
 */
export function chunksOf(src, modules) {
  const reach = (root) => {
    const found = new Set([root]);
    for (const id of found) for (const next of modules.get(id)?.importedIds ?? []) found.add(next);
    return found;
  };
  const roots = [...modules].filter(([, info]) => info.isEntry || info.dynamicImporters.length > 0).map(([id]) => id);
  const reached = new Map(roots.map((root) => [root, reach(root)]));
  const atStart = Object.entries(early).map(([name, path]) => ({ name, found: reach(join(src, path)) }));
  const starts = Object.values(late).flat();
  const unused = starts.find((start) => ![...modules.keys()].some((id) => relative(src, id).startsWith(start)));
  if (unused !== undefined) throw new Error(`chunks.mjs: no source begins with ${unused}`);
  const shared = new Map();
  return (id) => {
    if (reached.has(id) || !modules.has(id)) return null;
    const path = relative(src, id);
    const named =
      Object.keys(late).find((name) => late[name].some((start) => path.startsWith(start))) ??
      atStart.find(({ found }) => found.has(id))?.name;
    if (named !== undefined) return named;
    const by = roots.filter((root) => reached.get(root)?.has(id)).join();
    if (!by.includes(",")) return null;
    if (!shared.has(by)) shared.set(by, `shared-${shared.size + 1}`);
    return shared.get(by);
  };
}
