/**
 * Ceph's S3 gateway over one monitor and one OSD that keeps everything in memory: a real store, started by a test on loopback and stopped by
 * it. Without replicas, manager or authentication between the daemons it is up in some seconds.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What has to be there; says so when something is not. */
export function hasRadosgw(): boolean {
  const commands = ["radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "monmaptool"];
  const missing = commands.filter((each) => spawnSync("which", [each]).status !== 0);
  if (missing.length > 0) console.warn(`skipped: Ceph's radosgw, for want of ${missing.join(", ")}`);
  return missing.length === 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export class Radosgw {
  readonly #folder: string;
  readonly #running: ChildProcess[] = [];
  #port = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What the command line is told the store by. */
  get environment(): Record<string, string> {
    return { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL_S3: this.endpoint };
  }

  #path = (name: string): string => join(this.#folder, name);

  #run(command: string, ...args: string[]): void {
    const { status, stderr, stdout } = spawnSync(command, [...args, "-c", this.#path("ceph.conf")], {
      timeout: 60_000,
      encoding: "utf8",
    });
    if (status === 0) return;
    throw new Error(`${command} ${args.join(" ")}: ${status} ${stdout} ${stderr}`);
  }

  /** What a daemon is asked that may be on its way up; asking twice is as asking once. */
  async #ask(command: string, ...args: string[]): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return this.#run(command, ...args);
      } catch (error) {
        if (/ exists/.test((error as Error).message)) return;
        if (tries > 30) throw error;
        await sleep(300);
      }
    }
  }

  #start(command: string, ...args: string[]): ChildProcess {
    const child = spawn(command, [...args, "-f", "-c", this.#path("ceph.conf")], { stdio: "ignore" });
    this.#running.push(child);
    return child;
  }

  async start(): Promise<void> {
    for (const name of ["mon", "osd", "run"]) mkdirSync(this.#path(name), { recursive: true });
    const [fsid, monitor] = [randomUUID(), await freePort()];
    this.#port = await freePort();
    const none = ["cluster", "service", "client"].map((what) => `auth_${what}_required = none`);
    writeFileSync(
      this.#path("ceph.conf"),
      [
        ...["[global]", `fsid = ${fsid}`, `mon_host = v1:127.0.0.1:${monitor}`, ...none],
        ...["osd_pool_default_size = 1", "osd_pool_default_min_size = 1", "mon_allow_pool_size_one = true"],
        ...["osd_pool_default_pg_num = 1", "osd_pool_default_pgp_num = 1", "osd_crush_chooseleaf_type = 0"],
        ...[`run_dir = ${this.#path("run")}`, `log_file = ${this.#path("log")}.$name`, "ms_bind_msgr2 = false"],
        ...[`mon_cluster_log_file = ${this.#path("log.cluster")}`, `admin_socket = ${this.#path("run")}/$name.asok`],
        ...["mon_data_avail_crit = 0", "[mon]", `mon_data = ${this.#path("mon")}`],
        ...["[osd]", `osd_data = ${this.#path("osd")}`, "osd_objectstore = memstore"],
        ...["memstore_device_bytes = 1073741824", "osd_class_load_list = *", "osd_class_default_list = *"],
        ...["[client.rgw]", `rgw_frontends = beast endpoint=127.0.0.1:${this.#port}`, "rgw_run_sync_thread = false"],
        "",
      ].join("\n"),
    );
    const [map, osd] = [this.#path("monmap"), randomUUID()];
    this.#run("monmaptool", "--create", "--addv", "a", `v1:127.0.0.1:${monitor}`, "--fsid", fsid, map);
    const root = ["--setuser", "root", "--setgroup", "root"];
    this.#run("ceph-mon", "-i", "a", "--mkfs", "--monmap", map, ...root);
    this.#start("ceph-mon", "-i", "a", ...root);
    await this.#ask("ceph", "osd", "create", osd);
    this.#run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd, ...root);
    // It ends when it asks the monitor before it knows the cluster's name, which chance decides.
    for (let tries = 0; ; tries++) {
      const child = this.#start("ceph-osd", "-i", "0", ...root);
      await Promise.race([sleep(1500), new Promise((resolve) => child.on("exit", resolve))]);
      if (child.exitCode === null) break;
      if (tries > 10) throw new Error(readFileSync(`${this.#path("log")}.osd.0`, "utf8").slice(-2000));
    }
    const user = ["--uid=u", "--display-name=u", "--access-key=key", "--secret-key=secret", "--no-mon-config"];
    await this.#ask("radosgw-admin", "user", "create", ...user);
    this.#start("radosgw", "-n", "client.rgw", "--no-mon-config");
    for (let tries = 0; ; tries++) {
      const answer = await fetch(this.endpoint).catch(() => undefined);
      if (answer?.ok) return;
      if (tries > 100) throw new Error("radosgw does not answer");
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#running.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
  }
}
