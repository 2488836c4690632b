/** Slurm on this machine alone: a controller, a node and munge, all in a folder of their own. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, hostname } from "node:os";
import { join } from "node:path";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function configuration(folder: string, ports: readonly [number, number]): string {
  const [host] = hostname().split(".");
  return `
ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket,cred_expire=5
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus().length} State=UNKNOWN
PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}

export class Slurm {
  readonly environment: { readonly SLURM_CONF: string };
  readonly #daemons: ChildProcess[] = [];

  private constructor(private readonly folder: string) {
    this.environment = { SLURM_CONF: join(folder, "slurm.conf") };
  }

  /** Starts it, and waits until the node takes jobs. */
  static async start(folder: string): Promise<Slurm> {
    for (const each of ["munge", "state", "spool"]) mkdirSync(join(folder, each), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "munge/key"), randomBytes(1024), { mode: 0o600 });
    writeFileSync(join(folder, "slurm.conf"), configuration(folder, [await freePort(), await freePort()]));
    const slurm = new Slurm(folder);
    try {
      slurm.#daemon("munged", "--foreground", "--force", ...slurm.#mungeFiles());
      await slurm.#until("munge", () => spawnSync("munge", ["-n", "-S", join(folder, "munge/socket")]).status === 0);
      slurm.#daemon("slurmctld", "-D");
      slurm.#daemon("slurmd", "-D");
      await slurm.#until("the node", () => slurm.#output("sinfo", "-h", "-o", "%t") === "idle");
      return slurm;
    } catch (error) {
      await slurm.stop();
      throw error;
    }
  }

  #mungeFiles(): string[] {
    const files = { "key-file": "key", socket: "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed" };
    return Object.entries(files).map(([option, name]) => `--${option}=${join(this.folder, "munge", name)}`);
  }

  #daemon(command: string, ...args: string[]): void {
    const log = openSync(join(this.folder, `${command}.out`), "a");
    const env = { ...process.env, ...this.environment };
    this.#daemons.push(spawn(command, args, { env, stdio: ["ignore", log, log] }));
    closeSync(log);
  }

  #output(command: string, ...args: string[]): string {
    return spawnSync(command, args, {
      env: { ...process.env, ...this.environment },
      encoding: "utf8",
    }).stdout?.trim();
  }

  async #until(what: string, isThere: () => boolean): Promise<void> {
    for (const end = Date.now() + 60_000; !isThere(); ) {
      if (Date.now() > end) {
        const logs = ["munged", "slurmctld", "slurmd"].map((name) => join(this.folder, `${name}.out`));
        throw new Error(`${what} does not start: ${logs.map((log) => readFileSync(log, "utf8").slice(-500))}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** State, exit code and restarts of each task of an array. */
  tasks(job: string): { state: string; exitCode: string; restarts: number }[] {
    const text = execFileSync("scontrol", ["-o", "show", "job", job], {
      env: { ...process.env, ...this.environment },
      encoding: "utf8",
    });
    const value = (line: string, key: string) => new RegExp(`\\b${key}=(\\S+)`).exec(line)?.[1] ?? "";
    return text
      .trim()
      .split("\n")
      .map((line) => ({
        state: value(line, "JobState"),
        exitCode: value(line, "ExitCode"),
        restarts: Number(value(line, "Restarts")),
      }));
  }

  async stop(): Promise<void> {
    for (const daemon of this.#daemons.reverse()) {
      if (daemon.exitCode !== null) continue;
      const ended = new Promise((resolve) => daemon.on("close", resolve));
      daemon.kill("SIGTERM");
      await ended;
    }
  }
}
