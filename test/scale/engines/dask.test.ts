/** Dask, by the program under examples/scale, which calls the command. */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../lib/cli.js";
import { pythonWith } from "../../lib/python.js";
import { examples, has, KILLS, survive, Trial } from "./trial.js";

const python = pythonWith("distributed");
const folder = temporaryFolder();
const program = join(examples, "run_on_dask.py");
const run = (trial: Trial) => trial.run(python.path!, [program, "plan.ndjson"], { DASK_SLICES: "6" });

describe.skipIf(python.path === null || !has("Dask"))(`Dask (${python.title})`, () => {
  test(`${KILLS} workers killed`, { timeout: 3_600_000 }, async () => {
    const trial = new Trial(folder.path("killed"), 5);
    await survive(trial, KILLS, async () => (await run(trial)).status);
  });

  test("a source that changed is refused with status 1 and not tried again", async () => {
    const trial = new Trial(folder.path("changed"), 6);
    utimesSync(trial.path("m.safetensors"), 1, 1);
    const { status, output } = await run(trial);
    expect([status, output]).toEqual([1, expect.stringContaining("status 1, which no retry mends")]);
    expect(output).toContain("m.safetensors: has changed since the plan was made");
  });
});
