/** The programs under examples/interop print what their READMEs say. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const folder = new URL("../../examples/interop/", import.meta.url);
const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/run.mjs`, folder)));

test("every adapter has one", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const adapters = Object.entries<{ default: string }>(exports).filter(([, { default: to }]) =>
    to?.includes("/interop/"),
  );
  expect(names.sort()).toEqual(adapters.map(([path]) => path.replace("./", "")).sort());
});

test.each(names)(
  "%s",
  async (name) => {
    const { stdout } = await promisify(execFile)(process.execPath, ["run.mjs"], { cwd: new URL(`${name}/`, folder) });
    const [, command, , output] = readFileSync(new URL(`${name}/README.md`, folder), "utf8").split(
      /^```.*\n/m,
    ) as string[];
    expect(command).toContain(`examples/interop/${name}/run.mjs`);
    expect(stdout).toBe(output);
  },
  180_000,
);
