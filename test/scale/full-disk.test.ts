/** A disk that is really full: a file system of its own, small, in memory. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { slice, view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const disk = folder.path("disk");
mkdirSync(disk);
const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], { encoding: "utf8" });
const isMounted = status === 0;
if (!isMounted) console.warn(`skipped: a full disk, since none can be mounted here: ${stderr}`);
afterAll(() => {
  if (isMounted) expect(spawnSync("umount", [disk]).status).toBe(0);
});

const at = (name: string): string => join(disk, name);
const filler = at("filler");
/** Leaves so many bytes. */
function fill(left: number): void {
  rmSync(filler, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, new Uint8Array(bavail * bsize - left));
}

/** Every file of a folder with a digest of its bytes; of a file, its own. */
function contents(path: string): string[] {
  const digest = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
  if (path.endsWith(".npy")) return [digest(path)];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length) + digest(join(parentPath, name)))
    .sort();
}

describe.skipIf(!isMounted)("a full disk", () => {
  const values = view(
    Float32Array.from({ length: 200_000 }, (_, i) => Math.sin(i)),
    { shape: [400, 500] },
  );
  const npy = folder.path("in.npy");
  const zarr = folder.path("in.zarr");
  writeFileSync(npy, writeNpy(values));
  mkdirSync(zarr);
  const grid = { shape: [400, 500], chunks: [50, 500], dtype: "<f4", order: "C", fill_value: 0 };
  writeFileSync(join(zarr, ".zarray"), JSON.stringify({ zarr_format: 2, ...grid, compressor: null, filters: null }));
  for (let i = 0; i < 8; i++) writeFileSync(join(zarr, `${i}.0`), values.slice(slice(50 * i, 50 * i + 50)).toBytes());

  test.each([
    ["a file", npy, "out.npy"],
    ["a store", zarr, "out.zarr"],
  ])("%s: status 75, nothing in place; with space again the same command completes", async (name, src, dst) => {
    const one = folder.path(`one-${dst}`);
    expect((await cli("convert", src, one, "--to", "float16")).status).toBe(0);
    const plan = folder.path(`${dst}.ndjson`);
    writeFileSync(plan, (await cli("plan", src, at(dst), "--to", "float16", "--shard", "50kB")).bytes);
    const shards = (JSON.parse(readFileSync(plan, "utf8").split("\n", 1)[0]!) as { shards: number }).shards;
    for (const left of [0, 60_000, 220_000]) {
      fill(left);
      expect(await cli("run", plan), `${name}, ${left} bytes left`).toMatchObject({
        status: 75,
        err: expect.stringMatching(/out\.\w+: no space left on the device$/),
      });
      // What `verify` takes back, it takes back without needing space.
      expect((await cli("verify", plan)).status).toBe(3);
      expect(existsSync(at(dst))).toBe(false);
    }
    const before = JSON.parse((await cli("verify", plan, "--json")).out) as { missing: number[]; damaged: number[] };
    expect(before.damaged).toEqual([]);
    expect(before.missing.length).toBeLessThan(shards);
    rmSync(filler);
    expect((await cli("run", plan)).out).toContain(
      `${before.missing.length} shards done, ${shards - before.missing.length} done before`,
    );
    expect((await cli("verify", plan)).status).toBe(0);
    expect(contents(at(dst))).toEqual(contents(one));
    expect(readdirSync(disk)).toEqual([dst]);
    rmSync(at(dst), { recursive: true });
  });
});
