/** Objects in buckets, of a real store: read by ranges, and made in parts by workers that are killed, doubled and cut off. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { view } from "../../src/index.js";
import { readNpy } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { planFlow, planProcessor } from "../../src/scale/bullmq.js";
import { cli, temporaryFolder } from "../lib/cli.js";
import { seeded } from "../lib/random.js";
import { hasRadosgw, Radosgw } from "./radosgw.js";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const KILLS = process.env.STRIDEBUF_SLOW ? 100 : 6;
const folder = temporaryFolder();
const store = new Radosgw(folder.path("ceph"));
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What stands between the command and the store in the tests of faults. */
interface Fault {
  status?: number;
  body?: string;
  /** The store does what it is asked, and the answer is lost. */
  lost?: boolean;
}
let fault: (method: string, url: string) => Fault | undefined = () => undefined;
const proxy = createServer((incoming, outgoing) => {
  const { method = "", url = "", headers } = incoming;
  const met = fault(method, url);
  if (met?.status !== undefined) {
    incoming.resume();
    outgoing.writeHead(met.status).end(met.body);
    return;
  }
  const onward = forward(`${store.endpoint}${url}`, { method, headers, setHost: false }, (answer) => {
    if (met?.lost) {
      answer.resume().on("end", () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
});
const slowDown: Fault = { status: 503, body: "<Error><Code>SlowDown</Code></Error>" };

const client = new AwsClient({ accessKeyId: "key", secretAccessKey: "secret", service: "s3", region: "us-east-1" });
async function s3(method: string, path: string, body?: Uint8Array): Promise<string> {
  const answer = await client.fetch(`${store.endpoint}${path}`, { method, body: (body ?? null) as BodyInit | null });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
}
const object = async (key: string) =>
  new Uint8Array(await (await client.fetch(`${store.endpoint}/data/${key}`)).arrayBuffer());
const keys = async () =>
  [...(await s3("GET", "/data/?list-type=2")).matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
const uploads = async () => [...(await s3("GET", "/data/?uploads=")).matchAll(/<UploadId>/g)].length;

/** A plan of a source in the bucket. */
async function planned(name: string, dst: string, ...options: string[]): Promise<string> {
  const { status, err, bytes } = await cli("plan", "s3://data/in/m.safetensors", dst, "--shard", "5MiB", ...options);
  expect([status, err]).toEqual([0, ""]);
  const path = folder.path(`${name}.ndjson`);
  writeFileSync(path, bytes);
  return path;
}

describe.skipIf(!hasRadosgw())("objects in buckets of radosgw", () => {
  const whole = new Map<string, string>();

  beforeAll(async () => {
    await store.start();
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    for (const [name, value] of Object.entries(store.environment)) vi.stubEnv(name, value);
    await s3("PUT", "/data");
    const tensors = Array.from({ length: 7 }, (_, i) => {
      const values = Float32Array.from({ length: 2_000_000 + 1000 * i }, (_, j) => Math.sin(i + j) * 100);
      return [`layer.${i}`, view(values)] as const;
    });
    const bytes = writeSafetensors(Object.fromEntries(tensors));
    writeFileSync(folder.path("m.safetensors"), bytes);
    await s3("PUT", "/data/in/m.safetensors", bytes);
    await s3("PUT", "/data/odd%20%2B%20%28name%29/%C3%A4%21.safetensors", bytes);
    for (const to of ["float16", "bfloat16"]) {
      const path = folder.path(`${to}.safetensors`);
      expect((await cli("convert", folder.path("m.safetensors"), path, "--to", to)).status).toBe(0);
      whole.set(to, digest(readFileSync(path)));
    }
  }, 120_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    proxy.close();
    await store.stop();
  });

  test("info, show and convert read what they need", async () => {
    for (const key of ["in/m.safetensors", "odd + (name)/ä!.safetensors"]) {
      const shown = JSON.parse((await cli("info", `s3://data/${key}`, "--no-stats", "--json")).out);
      expect(shown[0].tensors.map(({ name }: { name: string }) => name)).toContain("layer.6");
    }
    expect((await cli("show", "s3://data/in/m.safetensors", "[1]", "--tensor", "layer.0", "--csv")).out).toBe(
      "84.147095",
    );
    const one = folder.path("one.npy");
    expect((await cli("convert", "s3://data/in/m.safetensors", one, "--tensor", "layer.3")).status).toBe(0);
    expect(readNpy(readFileSync(one)).get(5)).toBe(Math.fround(Math.sin(8) * 100));
  });

  test("wrong names, wrong keys and wrong targets are refused with status 1", async () => {
    expect(await cli("info", "s3://data/in/none.npy")).toMatchObject({
      status: 1,
      err: expect.stringContaining("404"),
    });
    expect(await cli("info", "s3://data")).toMatchObject({
      status: 1,
      err: expect.stringContaining("s3://bucket/key"),
    });
    const to = await cli("convert", folder.path("m.safetensors"), "s3://data/x.safetensors");
    expect(to).toMatchObject({ status: 1, err: expect.stringContaining("stridebuf plan") });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wrong");
    expect(await cli("info", "s3://data/in/m.safetensors")).toMatchObject({
      status: 1,
      err: expect.stringContaining("403"),
    });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  });

  test("plan says what cannot be the parts of an upload", async () => {
    const small = await cli("plan", folder.path("m.safetensors"), "s3://data/x.safetensors", "--shard", "1MiB");
    expect(small).toMatchObject({ status: 1, err: expect.stringContaining("at least 5 MiB; --shard 5MiB") });
    const path = folder.path("sparse.bin");
    writeFileSync(path, "");
    truncateSync(path, 60 * 2 ** 30);
    const raw = [path, "s3://data/x.bin", "--format", "<f"];
    const many = await cli("plan", ...raw, "--shard", "5MiB");
    expect(many).toMatchObject({
      status: 1,
      err: expect.stringContaining("12288 shards, and an upload has at most 10000"),
    });
    const shard = /--shard (\w+)/.exec(many.err)![1]!;
    expect((await cli("plan", ...raw, "--shard", shard)).status).toBe(0);
    expect(await cli("plan", ...raw, "--shard", "6GiB")).toMatchObject({
      status: 1,
      err: expect.stringContaining("5 GiB"),
    });
  });

  test("from bucket to bucket, without a disk in between", async () => {
    const plan = await planned("simple", "s3://data/out/simple.safetensors", "--to", "float16");
    expect(await planned("again", "s3://data/out/simple.safetensors", "--to", "float16").then(readFileSync)).toEqual(
      readFileSync(plan),
    );
    const { shards } = JSON.parse(readFileSync(plan, "utf8").split("\n", 1)[0]!) as { shards: number };
    expect(shards).toBeGreaterThan(4);
    const verify = async () => (await cli("verify", plan)).status;
    expect(await verify()).toBe(3);
    expect((await cli("run", plan, "--index", "1")).out).toContain("1 shard done");
    expect((await cli("verify", plan, "--json")).status).toBe(3);
    expect(await keys()).not.toContain("out/simple.safetensors");
    for (const slice of ["1/2", "0/2"]) expect((await cli("run", plan, "--slice", slice)).status).toBe(0);
    expect((await cli("run", plan)).out).toContain(`0 shards done, ${shards} done before`);
    expect(await verify()).toBe(0);
    expect(digest(await object("out/simple.safetensors"))).toBe(whole.get("float16"));
    expect((await cli("run", plan)).out).toContain(`0 shards done, ${shards} done before`);
    expect(await verify()).toBe(0);
    expect((await keys()).filter((key) => key!.includes(".parts/"))).toEqual([]);
    expect([await uploads(), existsSync(`${plan}.verified`)]).toEqual([0, false]);
  });

  test("several files in one plan; a local source", async () => {
    const sources = ["float16", "bfloat16"].map((name) => folder.path(`${name}.safetensors`));
    const { bytes, status, err } = await cli("plan", ...sources, "-o", "s3://data/many", "--shard", "8MiB");
    expect([status, err]).toEqual([0, ""]);
    const plan = folder.path("many.ndjson");
    writeFileSync(plan, bytes);
    expect((await cli("run", plan)).status).toBe(0);
    expect((await cli("verify", plan)).status).toBe(0);
    for (const name of ["float16", "bfloat16"])
      expect(digest(await object(`many/${name}.safetensors`))).toBe(whole.get(name));
    expect((await keys()).filter((key) => key!.includes(".parts/"))).toEqual([]);
  });

  test("jobs of stridebuf/bullmq", async () => {
    const plan = await planned("jobs", "s3://data/out/jobs.safetensors", "--to", "bfloat16");
    const { data, children } = planFlow(plan);
    // The parent does what its children have left undone.
    expect(await planProcessor(children[2]!)).toEqual({ shard: 2, worked: true });
    expect(await planProcessor(children[2]!)).toEqual({ shard: 2, worked: false });
    expect(await planProcessor({ data })).toEqual({ files: ["s3://data/out/jobs.safetensors"] });
    expect(digest(await object("out/jobs.safetensors"))).toBe(whole.get("bfloat16"));
    expect(await planProcessor(children[0]!)).toEqual({ shard: 0, worked: false });
  });

  test("two plans for one key never share parts, though these are of one length", async () => {
    const dst = "s3://data/out/same.safetensors";
    const [half, brain] = [
      await planned("half", dst, "--to", "float16"),
      await planned("brain", dst, "--to", "bfloat16"),
    ];
    expect((await cli("run", half)).status).toBe(0);
    expect((await cli("verify", brain)).status).toBe(3);
    expect((await cli("run", brain)).status).toBe(0);
    expect((await cli("verify", brain)).status).toBe(0);
    expect(digest(await object("out/same.safetensors"))).toBe(whole.get("bfloat16"));
    expect((await cli("verify", half)).status).toBe(0);
    expect(digest(await object("out/same.safetensors"))).toBe(whole.get("float16"));
    // What the other plan had made is not there any more.
    expect((await cli("verify", brain)).status).toBe(3);
  });

  test("a source that has changed is refused with status 1", async () => {
    const plan = folder.path("changed.ndjson");
    const file = readFileSync(folder.path("m.safetensors"));
    await s3("PUT", "/data/in/n.safetensors", file);
    const arranged = await cli(
      "plan",
      "s3://data/in/n.safetensors",
      "s3://data/out/changed.safetensors",
      "--shard",
      "5MiB",
    );
    writeFileSync(plan, arranged.bytes);
    file[file.length >> 1]! ^= 1;
    await s3("PUT", "/data/in/n.safetensors", file);
    expect(await cli("run", plan)).toMatchObject({
      status: 1,
      err: expect.stringContaining("has changed since the plan was made"),
    });
    expect((await cli("verify", plan)).status).toBe(3);
  });

  describe("faults between the command and the store", () => {
    beforeAll(() => vi.stubEnv("AWS_ENDPOINT_URL_S3", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`));
    afterAll(() => {
      fault = () => undefined;
      vi.stubEnv("AWS_ENDPOINT_URL_S3", store.endpoint);
    });

    test("what passes is tried again; answers that are lost change nothing", { timeout: 120_000 }, async () => {
      const random = seeded(7);
      const plan = await planned("faults", "s3://data/out/faults.safetensors", "--to", "float16");
      let met = 0;
      fault = () => {
        const chance = random();
        if (chance > 0.25) return undefined;
        met++;
        return chance < 0.1 ? slowDown : chance < 0.15 ? { status: 500 } : { lost: true };
      };
      expect(await cli("run", plan)).toMatchObject({ status: 0, err: "" });
      // An error in an answer of status 200, and an answer that never comes to what was done.
      let completed = 0;
      fault = (method, url) => {
        if (method !== "POST" || !url.includes("uploadId")) return undefined;
        completed++;
        if (completed === 1) return { status: 200, body: "<Error><Code>InternalError</Code></Error>" };
        return completed === 2 ? { lost: true } : undefined;
      };
      expect(await cli("verify", plan)).toMatchObject({ status: 0, err: "" });
      expect([met > 5, completed]).toEqual([true, 3]);
      expect(digest(await object("out/faults.safetensors"))).toBe(whole.get("float16"));
      expect((await keys()).filter((key) => key!.includes("faults.safetensors."))).toEqual([]);
    });

    test("a store that goes on refusing sends work elsewhere: status 75", { timeout: 120_000 }, async () => {
      fault = () => undefined;
      const plan = await planned("refused", "s3://data/out/refused.safetensors", "--to", "float16");
      fault = (method) => (method === "PUT" ? slowDown : undefined);
      expect(await cli("run", plan, "--index", "0")).toMatchObject({
        status: 75,
        err: expect.stringContaining("503 (SlowDown)"),
      });
      fault = () => slowDown;
      expect((await cli("verify", plan)).status).toBe(75);
      fault = () => undefined;
      expect((await cli("run", plan)).status).toBe(0);
      expect((await cli("verify", plan)).status).toBe(0);
      expect(digest(await object("out/refused.safetensors"))).toBe(whole.get("float16"));
    });
  });

  test.skipIf(!existsSync(main))(
    `${KILLS} workers killed at random moments, each slice submitted twice`,
    { timeout: 3_600_000 },
    async () => {
      const random = seeded(3);
      const plan = await planned("killed", "s3://data/out/killed.safetensors", "--to", "float16");
      const start = (...args: string[]) => {
        const child = spawn(process.execPath, [main, ...args], {
          env: { ...process.env, ...store.environment },
          stdio: "ignore",
        });
        return { child, ended: new Promise<number | null>((resolve) => child.on("exit", resolve)) };
      };
      for (let kills = 0, rounds = 0; kills < KILLS; rounds++) {
        expect(rounds).toBeLessThan(20 * KILLS);
        // What is done is thrown away now and then, so that there is work to be killed at.
        if (rounds % 4 === 3)
          for (const each of await begun()) await s3("DELETE", `/data/out/killed.safetensors?uploadId=${each}`);
        const workers = ["0/2", "0/2", "1/2", "1/2"].map((slice) => start("run", plan, "--slice", slice, "--quiet"));
        if (rounds % 3 === 1) workers.push(start("verify", plan, "--quiet"));
        await sleep(100 + random() * 1200);
        for (const { child } of workers) if (random() < 0.6) child.kill("SIGKILL");
        for (const { child, ended } of workers) {
          const status = await ended;
          if (child.signalCode === "SIGKILL") kills++;
          else expect([0, 3]).toContain(status);
        }
      }
      expect(await start("run", plan).ended).toBe(0);
      expect(await start("verify", plan).ended).toBe(0);
      expect(digest(await object("out/killed.safetensors"))).toBe(whole.get("float16"));
      expect((await keys()).filter((key) => key!.includes("killed.safetensors."))).toEqual([]);

      async function begun(): Promise<string[]> {
        const found = await s3("GET", "/data/?uploads=&prefix=out/killed");
        return [...found.matchAll(/<UploadId>(.*?)<\/UploadId>/g)].map(([, upload]) => upload!);
      }
    },
  );
});
