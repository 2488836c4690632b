import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { expect, test } from "vitest";
import { type OutputCalls, OutputFile } from "../../src/cli/output-file.js";
import { discardUnfinished } from "../../src/cli/unfinished.js";
import { AT_ONCE_BYTES } from "../../src/io/stream-plan.js";
import { temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();

/** The disk's calls, of which the named ones fail after `allowed` successes. */
function failing(code: string, names: readonly (keyof OutputCalls)[], allowed = 0): OutputCalls {
  let left = allowed;
  const fault = () => Object.assign(new Error(`${code}: injected`), { code, syscall: "write" });
  const calls = { ...fs } as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const real = calls[name]!;
    calls[name] = (...args: unknown[]) => {
      if (left-- > 0) return real(...args);
      const callback = args.at(-1);
      if (typeof callback === "function") return void setImmediate(() => callback(fault()));
      throw fault();
    };
  }
  return calls as unknown as OutputCalls;
}

test("the target appears whole, and only at the end", async () => {
  const target = folder.path("whole.bin");
  const file = new OutputFile(target);
  await file.write(Uint8Array.of(3, 4), 2);
  await file.write(Uint8Array.of(1, 2), 0);
  await file.write(new Uint8Array(1 << 20).fill(7), 4);
  expect(fs.existsSync(target)).toBe(false);
  await file.commit();
  file.discard();
  const bytes = fs.readFileSync(target);
  expect([...bytes.subarray(0, 5), bytes.length]).toEqual([1, 2, 3, 4, 7, (1 << 20) + 4]);
  expect(folder.files()).toEqual(["whole.bin"]);
});

test("the mode of a file that is replaced is kept", async () => {
  const target = folder.path("mode.bin");
  fs.writeFileSync(target, "old", { mode: 0o600 });
  const file = new OutputFile(target);
  await file.commit();
  expect(fs.statSync(target).mode & 0o777).toBe(0o600);
  fs.rmSync(target);
});

test.each<[string, readonly (keyof OutputCalls)[], number]>([
  ["a full disk at a small write", ["writeSync"], 0],
  ["a full disk at a large write", ["write"], 0],
  ["a failing sync", ["fsync"], 0],
  ["a failing rename", ["renameSync"], 0],
])("%s leaves nothing behind and names the target", async (_, names, allowed) => {
  const target = folder.path("full.bin");
  const before = folder.files();
  const file = new OutputFile(target, failing("ENOSPC", names, allowed));
  const work = async () => {
    await file.write(new Uint8Array(100), 0);
    await file.write(new Uint8Array(AT_ONCE_BYTES + 1), 100);
    await file.commit();
  };
  await expect(work()).rejects.toMatchObject({ code: "ENOSPC", path: target });
  file.discard();
  expect(folder.files()).toEqual(before);
});

test("short writes are continued", async () => {
  const target = folder.path("short.bin");
  const calls: OutputCalls = {
    ...fs,
    writeSync: ((fd: number, bytes: Uint8Array, from: number, length: number, at: number) =>
      fs.writeSync(fd, bytes, from, Math.min(length, 3), at)) as typeof fs.writeSync,
  };
  const file = new OutputFile(target, calls);
  await file.write(
    Uint8Array.from({ length: 10 }, (_, i) => i),
    0,
  );
  await file.commit();
  expect([...fs.readFileSync(target)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  fs.rmSync(target);
});

test("unfinished files can all be removed at once", () => {
  const before = folder.files();
  new OutputFile(folder.path("a"));
  new OutputFile(folder.path("b"));
  expect(folder.files().length).toBe(before.length + 2);
  discardUnfinished();
  expect(folder.files()).toEqual(before);
});

test("devices are not replaced", () => {
  expect(() => new OutputFile("/dev/null")).toThrow(/\/dev\/null: is not an ordinary file/);
  expect(fs.statSync("/dev/null").isCharacterDevice()).toBe(true);
});

const whole = async (path: string, text: string): Promise<void> => {
  const file = new OutputFile(path);
  await file.write(new TextEncoder().encode(text), 0);
  await file.commit();
};

test("mode and owner of a replaced file are kept, set-id bits too", async (context) => {
  if (process.getuid?.() !== 0) context.skip();
  const target = folder.path("owned.bin");
  fs.writeFileSync(target, "old");
  fs.chownSync(target, 1234, 2345);
  fs.chmodSync(target, 0o6641);
  await whole(target, "new");
  const { mode, uid, gid } = fs.statSync(target);
  expect([mode & 0o7777, uid, gid]).toEqual([0o6641, 1234, 2345]);
  fs.rmSync(target);
});

test("where the owner cannot be kept, nothing runs as somebody else", async () => {
  const target = folder.path("setid.bin");
  fs.writeFileSync(target, "old");
  fs.chmodSync(target, 0o6755);
  const file = new OutputFile(target, failing("EPERM", ["fchownSync"], 0));
  await file.commit();
  expect(fs.statSync(target).mode & 0o7777).toBe(0o755);
  fs.rmSync(target);
});

test("symbolic links are followed and stay", async () => {
  const [link, target] = [folder.path("link.bin"), folder.path("behind.bin")];
  fs.writeFileSync(target, "old");
  fs.symlinkSync("behind.bin", link);
  await whole(link, "new");
  expect([fs.readFileSync(target, "utf8"), fs.readlinkSync(link)]).toEqual(["new", "behind.bin"]);
  fs.rmSync(target);
  expect(() => new OutputFile(link)).toThrow(/link\.bin: is a symbolic link to nothing/);
  fs.rmSync(link);
});

test("names of 255 bytes work", async () => {
  const name = `${"n".repeat(251)}.bin`;
  await whole(folder.path(name), "x");
  expect(folder.files()).toContain(name);
  fs.rmSync(folder.path(name));
});

test("temporary files say whose they are; those of dead processes on this machine go", () => {
  const file = new OutputFile(folder.path("mine.bin"));
  const [mine] = folder.files().filter((name) => name.endsWith(".part"));
  expect(mine).toMatch(new RegExp(`^\\.stridebuf-\\w+-${process.pid}-[0-9a-f]{12}\\.part$`));
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const dead = mine!.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = dead.replace(/^\.stridebuf-\w+?-/, ".stridebuf-another_machine-");
  for (const name of [dead, elsewhere]) fs.writeFileSync(folder.path(name), "");
  new OutputFile(folder.path("next.bin")).discard();
  expect(folder.files()).toContain(mine);
  expect(folder.files()).toContain(elsewhere);
  expect(folder.files()).not.toContain(dead);
  file.discard();
  fs.rmSync(folder.path(elsewhere));
});
