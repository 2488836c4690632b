/** Slurm, by the script under examples/scale: a job array, and a job that verifies. */
import { mkdirSync, utimesSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../lib/cli.js";
import { Slurm } from "./slurm.js";
import { examples, has, KILLS, survive, Trial } from "./trial.js";

const folder = temporaryFolder();
const isRoot = userInfo().uid === 0;
if (!isRoot) console.warn("skipped: Slurm, whose node starts jobs as root only");
const script = join(examples, "slurm.sbatch");

describe.skipIf(!has("Slurm", "slurmctld", "slurmd", "sbatch", "munged") || !isRoot)("Slurm", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await Slurm.start(folder.path("slurm"));
  }, 120_000);
  afterAll(() => slurm?.stop());

  /** Submits and waits; the status is the highest of the tasks. */
  async function submit(trial: Trial, ...args: string[]) {
    const logs = join(trial.folder, "logs");
    mkdirSync(logs, { recursive: true });
    const all = ["--parsable", "--wait", `--output=${logs}/%A.%a.log`, ...args];
    const { status, output } = await trial.run("sbatch", all, slurm.environment);
    return { status, job: /^\d+/.exec(output)?.[0] ?? output };
  }

  test(`${KILLS} workers killed`, { timeout: 3_600_000 }, async () => {
    const trial = new Trial(folder.path("killed"), 3);
    await survive(trial, KILLS, async () => {
      const { job } = await submit(trial, "--array=0-5", script, "plan.ndjson");
      await submit(trial, `--dependency=afterany:${job}`, "--wrap", "stridebuf verify plan.ndjson");
      return trial.stridebuf("verify", "plan.ndjson").status!;
    });
  });

  test("a source that changed is refused with status 1 and not tried again", async () => {
    const trial = new Trial(folder.path("changed"), 4);
    utimesSync(trial.path("m.safetensors"), 1, 1);
    const { job } = await submit(trial, "--array=0-1", script, "plan.ndjson");
    expect(slurm.tasks(job)).toEqual(Array(2).fill({ state: "FAILED", exitCode: "1:0", restarts: 0 }));
  });
});
