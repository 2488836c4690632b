/** stridebuf/bullmq under BullMQ and a real Redis: the workers of the program under examples/scale are killed while they have shards. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FlowProducer, type Job, Queue, QueueEvents } from "bullmq";
import { view } from "stridebuf";
import { planFlow } from "stridebuf/bullmq";
import { writeSafetensors } from "stridebuf/safetensors";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../lib/random.js";

const KILLS = process.env.STRIDEBUF_SLOW ? 100 : 3;
const LOCK_MS = 2000;
const here = spawnSync("which", ["redis-server"]).status === 0;
if (!here) console.warn("skipped: BullMQ, for want of redis-server");
const program = fileURLToPath(new URL("../../examples/scale/bullmq.mjs", import.meta.url));
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "stridebuf-bullmq-"));
const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder with a source, a plan for it, and the digest of what one process makes of it. */
function planned(name: string, shard = "4kB") {
  const data = join(folder, name);
  mkdirSync(data);
  const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: data, encoding: "utf8" });
  const tensors = Array.from({ length: 12 }, (_, i) => {
    const values = Float32Array.from({ length: 200 * (90 + 7 * i) }, (_, j) => Math.sin(i + j) * 100);
    return [`layer.${i}`, view(values, { shape: [90 + 7 * i, 200] })] as const;
  });
  writeFileSync(join(data, "m.safetensors"), writeSafetensors(Object.fromEntries(tensors)));
  const one = join(folder, `${name}.one`);
  expect(run("convert", "m.safetensors", one, "--into", "safetensors", "--to", "bfloat16").status).toBe(0);
  const plan = run("plan", "m.safetensors", "out.safetensors", "--to", "bfloat16", "--shard", shard);
  writeFileSync(join(data, "plan.ndjson"), plan.stdout);
  return { data, expected: digest(one), flow: planFlow(join(data, "plan.ndjson"), { backoffMs: 50 }) };
}

describe.skipIf(!here)("BullMQ", () => {
  let redis: ChildProcess;
  let connection: { host: string; port: number };
  const workers = new Set<ChildProcess>();
  const closing: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    const port = await freePort();
    connection = { host: "127.0.0.1", port };
    const options = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      folder,
    ];
    redis = spawn("redis-server", options, { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise<void>((resolve) => {
      redis.stdout!.on("data", (chunk) => String(chunk).includes("Ready to accept") && resolve());
    });
  });
  afterEach(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await Promise.all(closing.splice(0).map((each) => each.close()));
  });
  afterAll(() => {
    redis?.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  function startWorker(cwd: string): ChildProcess {
    const env = { ...process.env, REDIS_PORT: String(connection.port), LOCK_MS: String(LOCK_MS) };
    const worker = spawn(process.execPath, [program, "work"], { cwd, env, stdio: "ignore" });
    workers.add(worker);
    worker.on("close", () => workers.delete(worker));
    return worker;
  }

  const closed = <T extends { close(): Promise<void> }>(each: T): T => {
    closing.push(each);
    return each;
  };

  /** Adds the plan as often as is said, and gives the jobs. */
  async function add(flow: ReturnType<typeof planFlow>, times: number) {
    const producer = closed(new FlowProducer({ connection }));
    const events = closed(new QueueEvents("stridebuf", { connection }));
    const queue = closed(new Queue("stridebuf", { connection }));
    await events.waitUntilReady();
    const trees = await Promise.all(Array.from({ length: times }, () => producer.add(flow)));
    return { job: trees[0]!.job as Job, events, queue };
  }

  test(`${KILLS} workers killed, the plan added twice`, { timeout: 3_600_000 }, async () => {
    const { data, expected, flow } = planned("killed", process.env.STRIDEBUF_SLOW ? "1kB" : "4kB");
    const { job, events, queue } = await add(flow, 2);
    expect(await queue.getJobCountByTypes("waiting", "prioritized", "active", "delayed")).toBe(flow.children.length);
    const random = seeded(7);
    for (let kills = 0; kills < KILLS; kills++) {
      const worker = startWorker(data);
      // Killed once it has begun to work, at a random moment.
      while ((await queue.getActiveCount()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
      const ended = new Promise((resolve) => worker.on("close", resolve));
      worker.kill("SIGKILL");
      await ended;
    }
    startWorker(data);
    startWorker(data);
    expect(await job.waitUntilFinished(events)).toEqual({ files: ["out.safetensors"] });
    expect(digest(join(data, "out.safetensors"))).toBe(expected);
    const there = ["m.safetensors", "out.safetensors", "plan.ndjson", "plan.ndjson.verified"];
    expect(readdirSync(data).sort()).toEqual(there);
    // Added once more, nothing is done, and nothing of the source is read.
    rmSync(join(data, "m.safetensors"));
    const again = await add(flow, 1);
    expect(await again.job.waitUntilFinished(again.events)).toEqual({ files: ["out.safetensors"] });
    await queue.obliterate({ force: true });
    const anew = await add(flow, 1);
    expect(await anew.job.waitUntilFinished(anew.events)).toEqual({ files: ["out.safetensors"] });
    const done = await queue.getJobs("completed");
    expect(done.filter(({ returnvalue }) => returnvalue.worked)).toEqual([]);
    expect(readdirSync(data).sort()).toEqual(there.slice(1));
  });

  test("a source that changed fails the flow with the reason, and no shard is tried twice", async () => {
    const { data, flow } = planned("changed");
    utimesSync(join(data, "m.safetensors"), 1, 1);
    const { job, events, queue } = await add(flow, 1);
    startWorker(data);
    await expect(job.waitUntilFinished(events)).rejects.toThrow(/m\.safetensors: has changed since the plan was made/);
    const failed = await queue.getJobs("failed");
    expect(failed.length).toBe(flow.children.length + 1);
    expect(failed.filter(({ attemptsMade }) => attemptsMade !== 1)).toEqual([]);
  });
});
