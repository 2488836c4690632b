/** The command as a process of its own: exit statuses, signals, files that change while they are read, full disks. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { built, command, main } from "../lib/built-command.js";
import { temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();

/** A file of `nbytes` zeros that takes no room on the disk. */
function sparse(name: string, nbytes: number): string {
  const path = folder.path(name);
  writeFileSync(path, "");
  truncateSync(path, nbytes);
  return path;
}

const ended = (child: ChildProcess) =>
  new Promise<{ code: number | null; signal: string | null; err: string }>((resolve) => {
    let err = "";
    child.stderr?.on("data", (text) => {
      err += text;
    });
    child.on("close", (code, signal) => resolve({ code, signal, err }));
  });

/** Waits until a conversion has begun to write into `target`. */
async function begun(target: string): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (readdirSync(target).some((name) => name.endsWith(".part"))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the conversion has not begun");
}

describe.skipIf(!built)("stridebuf", () => {
  test("exits with 0, 1 or 2, without colours in a pipe", () => {
    const npy = folder.path("a.npy");
    writeFileSync(npy, writeNpy(view(new Float32Array(10))));
    const done = command("convert", npy, folder.path("b.npy"), "--to", ">f");
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const explained = command("explain", "T{b:a:d:b:}");
    expect([explained.status, explained.stdout.includes("\u001b")]).toEqual([0, false]);
    const wrong = command("convert", folder.path("none.npy"), folder.path("c.npy"));
    expect([wrong.status, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toMatch(/^stridebuf: [^\n]*none\.npy: no such file or folder\n$/);
    expect(command("convert").status).toBe(2);
    expect(command("nonsense").status).toBe(2);
    expect(command().status).toBe(2);
    expect(command("--help").status).toBe(0);
    expect(command("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves nothing behind", async (signal) => {
    const source = sparse("large.bin", 2 ** 31);
    const target = folder.path(signal);
    mkdirSync(target);
    // Changing order works box by box with synchronous calls: the harder case for signals.
    const args = ["convert", source, `${target}/out.npy`, "--format", ">f", "--shape", "16384,32768", "--order", "F"];
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const end = ended(child);
    await begun(target);
    child.kill(signal);
    expect(await end).toEqual({ code: null, signal, err: "" });
    expect(readdirSync(target)).toEqual([]);
  });

  test("a file that shrinks while it is read: one line, status 1, nothing left", async () => {
    const source = sparse("shrinking.bin", 2 ** 30);
    const target = folder.path("shrunk");
    mkdirSync(target);
    const args = ["convert", source, `${target}/out.bin`, "--format", ">i", "--to", "<i"];
    const end = ended(spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] }));
    await begun(target);
    truncateSync(source, 1000);
    const { code, err } = await end;
    expect(err).toMatch(/^stridebuf: [^\n]*shrinking\.bin: the source ended early[^\n]*\n$/);
    expect(code).toBe(1);
    expect(readdirSync(target)).toEqual([]);
  });

  test("a full disk: one line, status 1, nothing left", (context) => {
    const small = folder.path("small");
    mkdirSync(small);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small], { stdio: "ignore" });
    } catch {
      console.warn("skipped: a small tmpfs cannot be mounted here (output-file.test.ts injects the failure)");
      context.skip();
    }
    try {
      const source = sparse("four.bin", 2 ** 22);
      const full = command("convert", source, `${small}/out.bin`, "--format", ">i", "--to", "<i");
      expect([full.status, full.stdout, readdirSync(small)]).toEqual([1, "", []]);
      expect(full.stderr).toMatch(/^stridebuf: [^\n]*out\.bin: no space left on the device\n$/);
    } finally {
      execFileSync("umount", [small]);
      rmSync(small, { recursive: true });
    }
  });

  test("a pipe carries what comes, in little memory; a full standard output is one line", () => {
    const script = fileURLToPath(new URL("../../scripts/pipe-check.mjs", import.meta.url));
    const carried = spawnSync(process.execPath, [script, "96"], { encoding: "utf8" });
    expect([carried.status, carried.stderr]).toEqual([0, ""]);
    expect(carried.stdout).toMatch(/^96 MiB in .* 0 wrong\n$/);
    if (!existsSync("/dev/full")) return;
    const full = openSync("/dev/full", "w");
    const npy = folder.path("full.npy");
    writeFileSync(npy, writeNpy(view(new Float32Array(10))));
    const shown = spawnSync(process.execPath, [main, "show", npy], {
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    expect([shown.status, shown.stderr]).toEqual([1, "stridebuf: standard output: no space left on the device\n"]);
  });
});
