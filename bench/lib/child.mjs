/**
 * One contestant process: `child.mjs GROUP JOB.json`. It builds its group's variants for one case and size, checks that
 * each gives the expected result, and then measures a round whenever the driver asks for one. A job with `suite` is one
 * of special/, whose tasks check themselves.
 */
import { readFileSync } from "node:fs";
import { sameResult } from "./elements.mjs";
import { round, warmUp } from "./measure.mjs";

const groups = {
  wasm: ["../variants/ours-wasm.mjs", "../variants/ceilings.mjs"],
  js: ["../variants/ours-js.mjs"],
  plain: ["../variants/plain-move.mjs", "../variants/plain-convert.mjs", "../variants/native.mjs"],
  rivals: ["../variants/rivals-ndarray.mjs", "../variants/rivals-bytes.mjs"],
};

const read = (path) => {
  const file = readFileSync(path);
  const bytes = new Uint8Array(file.length);
  bytes.set(file);
  return bytes;
};

/** What takes longer than this (ms) is verified with one of its two sets of array objects only. */
const SLOW_MS = 250;

/** Both sets of array objects must give the expected bytes; in place, the second call undoes the first. */
function verify(variant, spec, source, expected, before) {
  if (!variant.result) return;
  for (const which of [0, 1]) {
    before(spec.inPlace && which === 1);
    const start = performance.now();
    variant.call(which);
    const slow = performance.now() - start > SLOW_MS && !spec.inPlace;
    const want = spec.inPlace && which === 1 ? source : expected;
    const got = variant.result(which);
    if (!sameResult(spec.to, got, want)) throw new Error(`${variant.name} differs from the reference loop`);
    if (slow) return;
  }
}

/** The warm variants of a case, and those that were refused with the reason. */
async function caseVariants(group, { spec, sourcePath, expectedPath, warmMs, only }) {
  const source = read(sourcePath);
  const expected = read(expectedPath);
  const src = new Uint8Array(source.length);
  const dst = new Uint8Array(spec.dst.bytes);
  const before = (second) => {
    if (second) return;
    src.set(source);
    spec.inPlace ? dst.set(source) : dst.fill(0xee);
  };
  before(false);
  const variants = [];
  const refused = [];
  for (const path of groups[group]) {
    const module = await import(path);
    let offered = [];
    try {
      offered = await module.variants(spec, { source, src, dst });
    } catch (error) {
      refused.push(refusal({ name: path.replace(/.*\/|\.mjs$/g, ""), kind: "" }, error));
    }
    for (const variant of offered) {
      if (only && !only.includes(variant.name)) continue;
      try {
        verify(variant, spec, source, expected, variant.before ?? before);
        variants.push(warmUp(variant, warmMs));
      } catch (error) {
        refused.push(refusal(variant, error));
      }
    }
  }
  before(false);
  return { variants, refused };
}

/** The warm tasks of a suite in special/. */
async function suiteVariants(group, { suite, warmMs }) {
  const variants = [];
  const refused = [];
  const { tasks } = await import(`../special/${suite}.mjs`);
  for (const make of await tasks(group)) {
    let task = make;
    try {
      if (typeof make === "function") task = await make();
      task.check?.();
      variants.push(warmUp(task, warmMs));
    } catch (error) {
      refused.push(refusal({ name: task.name || make.name, kind: group }, error));
    }
  }
  return { variants, refused };
}

function refusal({ name, kind }, error) {
  if (process.env.BENCH_DEBUG) console.error(name, error);
  return { name, kind, reason: String(error.message ?? error) };
}

async function main() {
  const job = JSON.parse(readFileSync(process.argv[3], "utf8"));
  const group = process.argv[2];
  const { variants, refused } = job.suite ? await suiteVariants(group, job) : await caseVariants(group, job);
  process.send({
    variants: variants.map(({ name, kind, version, note, topic, per }) => ({ name, kind, version, note, topic, per })),
    refused,
  });
  process.on("message", (message) => {
    if (message.op === "exit") process.exit(0);
    process.send({ round: round(variants, message.roundMs, message.turn) });
  });
}

main().catch((error) => {
  process.send({ failed: String(error.stack ?? error) }, () => process.exit(1));
});
