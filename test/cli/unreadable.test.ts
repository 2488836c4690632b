/** A member of an archive that cannot be read hinders only who asks for it. */
import { readFileSync, writeFileSync } from "node:fs";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { view } from "../../src/index.js";
import { readNpz, writeNpy } from "../../src/io/npy.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const good = writeNpy(view(new Float64Array([1, 2, 3])));
const pickle = writeNpy(view(new BigInt64Array(3)));
pickle.set(new TextEncoder().encode("'|O' "), pickle.indexOf(0x3c) - 1);
const archive = folder.path("mixed.npz");
writeFileSync(archive, zipSync({ "bad.npy": pickle, "good.npy": good }, { level: 0 }));
const reason = /^stridebuf: \S*mixed\.npz: .*"bad\.npy".*Python objects[^\n]*$/;

test("info describes the others, names the bad one, and says so in its status", async () => {
  const table = await cli("info", archive);
  expect(table.status).toBe(1);
  expect(table.out).toMatch(/good +float64/);
  expect(table.err).toMatch(reason);
  const json = await cli("info", archive, "--json");
  expect([json.status, json.err]).toEqual([1, ""]);
  const [file] = JSON.parse(json.out);
  expect(file.tensors).toHaveLength(1);
  expect(file.unreadable).toEqual([{ name: "bad", message: expect.stringContaining("Python objects") }]);
});

test("convert writes the others", async () => {
  const target = folder.path("small.npz");
  const done = await cli("convert", archive, target, "--to", "float32");
  expect(done.status).toBe(1);
  expect(done.err).toMatch(reason);
  const arrays = readNpz(readFileSync(target));
  expect([...arrays.keys()]).toEqual(["good"]);
  expect(arrays.get("good")!.toArray()).toEqual([1, 2, 3]);
  expect(await cli("convert", archive, folder.path("x.npz"), "--dry-run")).toMatchObject({ status: 1 });
  const many = await cli("convert", archive, "-o", folder.path("out"), "--json");
  expect([many.status, JSON.parse(many.out)[0].unreadable]).toEqual([1, [expect.stringContaining("Python objects")]]);
});

test("who asks for the good one hears nothing of the bad one, and the other way round", async () => {
  expect(await cli("show", `${archive}:good`, "--csv")).toMatchObject({ status: 0, out: "1\n2\n3", err: "" });
  expect(await cli("info", `${archive}:good`)).toMatchObject({ status: 0, err: "" });
  expect(await cli("convert", archive, folder.path("good.npy"), "--tensor", "good")).toMatchObject({
    status: 0,
    err: "",
  });
  for (const command of [
    ["show", `${archive}:bad`],
    ["convert", archive, folder.path("bad.npy"), "--tensor", "bad"],
    ["diff", archive, archive],
  ]) {
    const { status, err } = await cli(...command);
    expect(status, command.join(" ")).toBe(1);
    expect(err).toMatch(/Python objects/);
  }
});
