/**
 * A conversion that an engine does in shards while workers are killed, find the disk full, are submitted twice, and what they have written
 * is damaged. Everything that chance decides comes from a seed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { view } from "../../../src/index.js";
import { writeSafetensors } from "../../../src/io/safetensors.js";
import { seeded } from "../../lib/random.js";

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
export const examples = fileURLToPath(new URL("../../../examples/scale/", import.meta.url));

/** Kills of one engine. */
export const KILLS = process.env.STRIDEBUF_SLOW ? 100 : 3;

/** Whether an engine is there; says so when not. */
export function has(engine: string, ...commands: string[]): boolean {
  const missing = commands.filter((each) => spawnSync("which", [each]).status !== 0);
  if (!existsSync(main)) missing.push("the built command line (npm run build)");
  if (missing.length > 0) console.warn(`skipped: ${engine}, for want of ${missing.join(", ")}`);
  return missing.length === 0;
}

const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

export class Trial {
  /** Where sources, the plan and results lie, and programs start. */
  readonly data: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly #faults: string;
  readonly #random: () => number;
  readonly #digest: string;
  #armed = 0;

  constructor(
    readonly folder: string,
    seed: number,
  ) {
    this.#random = seeded(seed);
    this.data = join(folder, "data");
    this.#faults = join(folder, "faults");
    for (const each of [this.data, join(folder, "bin"), join(this.#faults, "armed"), join(this.#faults, "taken")])
      mkdirSync(each, { recursive: true });
    symlinkSync(fileURLToPath(new URL("stridebuf", import.meta.url)), join(folder, "bin/stridebuf"));
    this.environment = {
      ...process.env,
      PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}`,
      STRIDEBUF_NODE: process.execPath,
      STRIDEBUF_MAIN: main,
      FAULTS: this.#faults,
    };
    const tensors = Array.from({ length: 24 }, (_, i) => {
      const values = Float32Array.from({ length: 200 * (90 + 7 * i) }, (_, j) => Math.sin(i + j) * 100);
      return [`layer.${i}`, view(values, { shape: [90 + 7 * i, 200] })] as const;
    });
    writeFileSync(this.path("m.safetensors"), writeSafetensors(Object.fromEntries(tensors)));
    const one = join(folder, "one.safetensors");
    expect(this.stridebuf("convert", "m.safetensors", one, "--to", "float16", "--quiet").status).toBe(0);
    this.#digest = digest(one);
    const shard = ["--shard", "16kB"];
    const plan = this.stridebuf("plan", "m.safetensors", "out.safetensors", "--to", "float16", ...shard);
    expect([plan.status, plan.stderr]).toEqual([0, ""]);
    writeFileSync(this.path("plan.ndjson"), plan.stdout);
  }

  path(name: string): string {
    return join(this.data, name);
  }

  /** Runs the command as it is, without faults. */
  stridebuf(...args: string[]) {
    return spawnSync(process.execPath, [main, ...args], { cwd: this.data, encoding: "utf8" });
  }

  /** Runs a program in the folder of the data until it ends. */
  async run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(command, args, {
      cwd: this.data,
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(signal === null ? code! : 128 + 9));
    });
    return { status, output: Buffer.concat(chunks).toString() };
  }

  /** Lets the next runs meet faults. */
  arm({ kills, full }: { kills: number; full: number }): void {
    const kinds = [...Array<string>(kills).fill("kill"), ...Array<string>(full).fill("full")];
    for (const kind of kinds) {
      const ms = Math.round(60 + this.#random() * 1200);
      const name = `${Math.floor(this.#random() * 1e6)}-${this.#armed++}`;
      const temporary = join(this.#faults, name);
      writeFileSync(temporary, kind === "kill" ? `kill ${ms}\n` : "full\n");
      renameSync(temporary, join(this.#faults, "armed", name));
    }
  }

  disarm(): void {
    for (const name of readdirSync(join(this.#faults, "armed"))) rmSync(join(this.#faults, "armed", name));
  }

  /** What came of the faults so far. */
  met(kind: "kill" | "full"): number[] {
    const met = join(this.#faults, "met");
    if (!existsSync(met)) return [];
    const lines = readFileSync(met, "utf8").trim().split("\n");
    return lines.filter((line) => line.startsWith(kind)).map((line) => Number(line.split(" ")[1]));
  }

  /** Damages what workers have written, as a machine that loses its power does; where nothing is there, nothing. */
  damage(): void {
    const work = readdirSync(this.data).find((name) => name.endsWith(".parts"));
    if (work === undefined) return;
    const [records, file] = ["done", "0.data"].map((name) => join(this.path(work), name)) as [string, string];
    const kinds = ["torn record", "cut records", "flipped byte", "cut file", "lost file"] as const;
    const kind = kinds[Math.floor(this.#random() * kinds.length)]!;
    const change = (path: string, change: (bytes: Buffer, at: number) => void) => {
      if (!existsSync(path)) return;
      const bytes = readFileSync(path);
      change(bytes, Math.floor(this.#random() * bytes.length));
      writeFileSync(path, bytes);
    };
    appendFileSync(join(this.#faults, "met"), `damage ${kind}\n`);
    if (kind === "torn record") change(records, (bytes, at) => bytes.fill(0x78, at, at + 70));
    if (kind === "flipped byte") change(file, (bytes, at) => bytes.fill(bytes[at]! ^ 1, at, at + 1));
    if (kind === "cut file" && existsSync(file)) truncateSync(file, Math.floor(this.#random() * 5e5));
    if (kind === "lost file") rmSync(file, { force: true });
    // What is left to do keeps the workers of the next round busy.
    if (existsSync(records)) truncateSync(records, Math.floor(this.#random() * 2000));
  }

  /** The result is that of one process, and nothing but what is to be there lies beside it. */
  expectWhole(...besides: string[]): void {
    expect(digest(this.path("out.safetensors"))).toBe(this.#digest);
    const sources = existsSync(this.path("m.safetensors")) ? ["m.safetensors"] : [];
    const files = [...sources, "out.safetensors", "plan.ndjson", "plan.ndjson.verified", ...besides].sort();
    expect(filesIn(this.data)).toEqual(files);
  }
}

/**
 * Submits a plan to an engine until `kills` workers have been killed, twice at once each time, damages what they leave in between, and then
 * lets it be finished: once more when `verify` has found damage.
 *
 * @param submit does all of the plan and verifies; returns the status. The number tells submissions at the same time apart.
 */
export async function survive(
  trial: Trial,
  kills: number,
  submit: (number: 0 | 1) => Promise<number>,
  ...besides: string[]
): Promise<void> {
  for (let rounds = 0; trial.met("kill").length < kills; rounds++) {
    expect(rounds, "rounds in which workers live too short to be killed").toBeLessThan(3 * kills + 30);
    trial.damage();
    trial.disarm();
    trial.arm({ kills: Math.min(8, kills - trial.met("kill").length), full: 1 });
    await Promise.all([submit(0), submit(1)]);
  }
  trial.disarm();
  let status = await submit(0);
  for (let tries = 0; tries < 2 && status !== 0; tries++) status = await submit(0);
  expect(status).toBe(0);
  // Whoever finds nothing to do ends well with a full disk too, and so does a verification that finds shards missing.
  expect(trial.met("full").filter((each) => ![0, 3, 75].includes(each))).toEqual([]);
  trial.expectWhole(...besides);
  // Nothing of it is read again.
  rmSync(trial.path("m.safetensors"));
  expect(await submit(0)).toBe(0);
  trial.expectWhole(...besides);
}
