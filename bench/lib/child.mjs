/**
 * One contestant process: `child.mjs GROUP JOB.json`. It builds its group's variants for one case and size (`only` those
 * named), checks that each gives the expected result if the job has one, and then measures a round whenever the driver
 * asks for one. A job with `suite` is one of special/, whose tasks check themselves.
 */
import { readFileSync } from "node:fs";
import { sameResult } from "./elements.mjs";
import { round, SLOW_MS, warmUp } from "./measure.mjs";

const groups = {
  // What the platform has is run over the memory of ours: the same call takes up to twice as long where memory lies otherwise.
  wasm: ["../variants/ours-wasm.mjs", "../variants/ceilings.mjs", "../variants/native.mjs"],
  js: ["../variants/ours-js.mjs"],
  plain: ["../variants/plain-move.mjs", "../variants/plain-convert.mjs"],
  rivals: ["../variants/rivals-ndarray.mjs", "../variants/rivals-bytes.mjs"],
};

const read = (path) => {
  const file = readFileSync(path);
  const bytes = new Uint8Array(file.length);
  bytes.set(file);
  return bytes;
};

/** Both sets of array objects must give the expected bytes; in place, the second call undoes the first. */
function verify(variant, spec, source, expected, before) {
  if (!variant.result) return;
  for (const which of [0, 1]) {
    before(spec.inPlace && which === 1);
    const start = performance.now();
    variant.call(which);
    const took = performance.now() - start;
    const want = spec.inPlace && which === 1 ? source : expected;
    const got = variant.result(which);
    if (!sameResult(spec.to, got, want)) throw new Error(`${variant.name} differs from the reference loop`);
    if (took > SLOW_MS && !spec.inPlace) {
      Object.assign(variant, { batch: 1, estimate: took });
      return;
    }
  }
}

/** The variants of a case that pass the judge, and those that were refused with the reason. */
async function caseVariants(group, { spec, sourcePath, expectedPath, only }) {
  const source = read(sourcePath);
  const expected = expectedPath && read(expectedPath);
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
        if (expected) verify(variant, spec, source, expected, variant.before ?? before);
        else variant.before?.(false);
        variants.push(variant);
      } catch (error) {
        refused.push(refusal(variant, error));
      }
    }
  }
  before(false);
  return { variants, refused };
}

/** The tasks of a suite in special/. */
async function suiteVariants(group, { suite, only }) {
  const variants = [];
  const refused = [];
  const { tasks } = await import(`../special/${suite}.mjs`);
  for (const make of await tasks(group)) {
    let task = make;
    try {
      if (typeof make === "function") task = await make();
      if (only && !only.includes(task.name)) continue;
      task.check?.();
      variants.push(task);
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

/** To the process that launched this one. */
const send = (message, done) =>
  /** @type {NonNullable<typeof process.send>} */ (process.send)(message, undefined, {}, done);

async function main() {
  const job = JSON.parse(readFileSync(process.argv[3], "utf8"));
  const group = process.argv[2];
  const { variants, refused } = job.suite ? await suiteVariants(group, job) : await caseVariants(group, job);
  // Twice around: variants share code, and what the later ones teach the compiler can undo what it made for the first.
  for (const share of [0.5, 0.5]) for (const variant of variants) warmUp(variant, job.warmMs * share);
  send({
    variants: variants.map(({ name, kind, version, note, topic, per }) => ({ name, kind, version, note, topic, per })),
    refused,
  });
  process.on("message", (/** @type {any} */ message) => {
    if (message.op === "exit") process.exit(0);
    send({ round: round(variants, message.roundMs, message.turn) });
  });
}

main().catch((error) => {
  send({ failed: String(error.stack ?? error) }, () => process.exit(1));
});
