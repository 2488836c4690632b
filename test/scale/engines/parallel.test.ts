/** GNU parallel, by the script under examples/scale: `--joblog --resume-failed`. */
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../lib/cli.js";
import { examples, has, KILLS, survive, Trial } from "./trial.js";

const folder = temporaryFolder();
const script = join(examples, "parallel.sh");

describe.skipIf(!has("GNU parallel", "parallel"))("GNU parallel", () => {
  test(`${KILLS} workers killed`, { timeout: 3_600_000 }, async () => {
    const trial = new Trial(folder.path("killed"), 1);
    const log = (number: number) => join(trial.folder, `joblog.${number}`);
    await survive(trial, KILLS, async (number) => {
      const { status } = await trial.run(script, ["plan.ndjson", "6"], { JOBLOG: log(number) });
      return status;
    });
    expect(readFileSync(log(1), "utf8")).toContain("stridebuf run plan.ndjson --quiet --of 6");
  });

  test("a source that changed is refused with status 1, and nothing is put in place", async () => {
    const trial = new Trial(folder.path("changed"), 2);
    utimesSync(trial.path("m.safetensors"), 1, 1);
    expect((await trial.run(script, ["plan.ndjson", "3"])).status).not.toBe(0);
    const rows = readFileSync(trial.path("plan.ndjson.joblog"), "utf8").trim().split("\n").slice(1);
    expect(rows.map((row) => row.split("\t")[6])).toEqual(["1", "1", "1"]);
    expect(existsSync(trial.path("out.safetensors"))).toBe(false);
  });
});
