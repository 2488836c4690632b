/**
 * Contests: one case at one size, or one suite. Each launch of a contest starts its contestants in fresh processes and
 * alternates their rounds; its record is what all launches so far say together.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { specOf } from "./cases.mjs";
import { startGroup } from "./contestants.mjs";
import { fill } from "./elements.mjs";
import { summarise } from "./measure.mjs";
import { referenceResult } from "./reference.mjs";

/** What takes a second (ns) is not worth another launch. */
const ENDLESS_NS = 1e9;

const memoryDisk = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export function caseContest(id, size) {
  const spec = specOf(id, size);
  const { src, dst, ...facts } = spec;
  return contest({ ...facts, shape: dst.shape }, (folder, isFirst) => {
    const job = { spec, sourcePath: join(folder, "source") };
    const source = new Uint8Array(Math.ceil(src.bytes / 16) * 16).subarray(0, src.bytes);
    fill(spec.from, source, spec.mode);
    writeFileSync(job.sourcePath, source);
    // What gave the right bytes once is not judged again: the data is the same in every launch.
    if (!isFirst) return job;
    const expectedPath = join(folder, "expected");
    writeFileSync(expectedPath, referenceResult(spec, source));
    return { ...job, expectedPath };
  });
}

export const suiteContest = (suite) => contest({ suite }, () => ({ suite }));

/** @param prepare writes the data of a launch into a folder and gives its job, which the contestants read */
const contest = (facts, prepare) => ({ facts, prepare, launched: 0, variants: new Map(), refused: [] });

/**
 * Runs a contest once more. Only what passed the first launch, and in good time, takes part in later ones.
 * @param options `groups`, `rounds`, `roundMs`, `warmMs`, `nodePath`, `numpy` (or null)
 */
export async function launch(contest, options) {
  const folder = mkdtempSync(join(memoryDisk, "stridebuf-bench-"));
  const isFirst = contest.launched++ === 0;
  const contestants = [];
  try {
    const again = [...contest.variants.values()].filter((v) => summarise(v.rounds).ns < ENDLESS_NS);
    const only = isFirst ? null : again.map((v) => v.name);
    const job = { ...contest.prepare(folder, isFirst), warmMs: options.warmMs, only };
    const jobPath = join(folder, "job.json");
    writeFileSync(jobPath, JSON.stringify(job));
    const takesPart = (group) => isFirst || again.some((v) => v.group === group);
    const starts = options.groups
      .filter(takesPart)
      .map((group) => async () => ({ group, ...(await startGroup(group, jobPath, options.nodePath)) }));
    if (options.numpy && takesPart("numpy")) starts.push(() => numpyContestant(options, job));
    // Two at a time: nothing is timed before all are warm, and the machines that record have two cores.
    const queue = starts.entries();
    const lane = async () => {
      for (const [i, start] of queue) contestants[i] = await start();
    };
    await Promise.all([lane(), lane()]);
    const rounds = await alternate(contestants, options);
    for (const { group, variants, refused } of contestants) {
      for (const v of variants) {
        const entry = contest.variants.get(v.name) ?? { ...v, group, rounds: [] };
        entry.rounds.push(rounds[v.name]);
        contest.variants.set(v.name, entry);
      }
      contest.refused.push(...refused.filter((r) => !contest.refused.some((known) => known.name === r.name)));
    }
  } finally {
    for (const one of contestants) one?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What goes into the JSON. */
export const recordOf = ({ facts, variants, refused }) => ({
  ...facts,
  variants: [...variants.values()].map(({ group, rounds, ...v }) => ({ ...v, ...summarise(rounds) })),
  refused,
});

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

async function numpyContestant({ numpy }, job) {
  const answer = await numpy.prepare(job);
  const { versions } = numpy;
  const exotic = ["bf16", "e4m3", "e5m2"].some((t) => t === job.spec.from || t === job.spec.to);
  const name = exotic ? "NumPy + ml_dtypes" : "NumPy";
  const version = exotic ? `${versions.numpy} + ${versions.ml_dtypes}` : versions.numpy;
  return {
    group: "numpy",
    variants: answer.refused ? [] : [{ name, kind: "numpy", version }],
    refused: answer.refused ? [{ name, reason: answer.refused }] : [],
    round: async (roundMs) => ({ [name]: await numpy.round(roundMs) }),
    stop() {},
  };
}
