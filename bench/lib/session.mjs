/** Runs one case at one size: prepares data and judgement, starts the contestants, alternates their rounds. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { specOf } from "./cases.mjs";
import { startGroup } from "./contestants.mjs";
import { fill } from "./elements.mjs";
import { summarise } from "./measure.mjs";
import { referenceResult } from "./reference.mjs";

const memoryDisk = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/**
 * @param options `groups`, `rounds`, `roundMs`, `warmMs`, `nodePath`, `numpy` (or null), `only` (names, or null)
 * @returns the record that goes into the JSON
 */
export async function runCase(id, size, options) {
  const spec = specOf(id, size);
  const folder = mkdtempSync(join(memoryDisk, "stridebuf-bench-"));
  const paths = { sourcePath: join(folder, "source"), expectedPath: join(folder, "expected") };
  const contestants = [];
  try {
    const source = new Uint8Array(Math.ceil(spec.src.bytes / 16) * 16).subarray(0, spec.src.bytes);
    fill(spec.from, source, spec.mode);
    writeFileSync(paths.sourcePath, source);
    writeFileSync(paths.expectedPath, referenceResult(spec, source));
    const jobPath = join(folder, "job.json");
    writeFileSync(jobPath, JSON.stringify({ spec, ...paths, warmMs: options.warmMs, only: options.only }));
    for (const group of options.groups) contestants.push(await startGroup(group, jobPath, options.nodePath));
    if (options.numpy) contestants.push(await numpyContestant(options, spec, paths));
    const rounds = await alternate(contestants, options);
    const { src, dst, ...facts } = spec;
    return {
      ...facts,
      shape: dst.shape,
      variants: contestants.flatMap((c) => c.variants.map((v) => ({ ...v, ...summarise(rounds[v.name]) }))),
      refused: contestants.flatMap((c) => c.refused),
    };
  } finally {
    for (const one of contestants) one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One suite of special/, its groups in processes of their own. */
export async function runSuite(suite, groups, options) {
  const folder = mkdtempSync(join(memoryDisk, "stridebuf-bench-"));
  const contestants = [];
  try {
    const jobPath = join(folder, "job.json");
    writeFileSync(jobPath, JSON.stringify({ suite, warmMs: options.warmMs }));
    for (const group of groups) contestants.push(await startGroup(group, jobPath, options.nodePath));
    const rounds = await alternate(contestants, options);
    return {
      suite,
      variants: contestants.flatMap((c) => c.variants.map((v) => ({ ...v, ...summarise(rounds[v.name]) }))),
      refused: contestants.flatMap((c) => c.refused),
    };
  } finally {
    for (const one of contestants) one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<Record<string, object[]>>} the figures of each round by variant name */
async function alternate(contestants, options) {
  const rounds = {};
  for (let turn = 0; turn < options.rounds; turn++)
    for (let i = 0; i < contestants.length; i++) {
      const one = contestants[(i + turn) % contestants.length];
      if (one.variants.length === 0) continue;
      for (const [name, figures] of Object.entries(await one.round(options.roundMs, turn)))
        rounds[name] = [...(rounds[name] ?? []), figures];
    }
  return rounds;
}

async function numpyContestant({ numpy, warmMs }, spec, paths) {
  const answer = await numpy.prepare(spec, paths, warmMs);
  const { versions } = numpy;
  const exotic = ["bf16", "e4m3", "e5m2"].some((t) => t === spec.from || t === spec.to);
  const name = exotic ? "NumPy + ml_dtypes" : "NumPy";
  const version = exotic ? `${versions.numpy} + ${versions.ml_dtypes}` : versions.numpy;
  const refused = answer.refused ? [{ name, reason: answer.refused }] : [];
  return {
    variants: answer.refused ? [] : [{ name, kind: "numpy", version }],
    refused,
    round: async (roundMs) => ({ [name]: await numpy.round(roundMs) }),
    stop() {},
  };
}
