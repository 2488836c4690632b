/** Starting threads, by whatever the platform has. */

import { constants, type WorkerStart, workerMain } from "./worker.js";

/** A thread that has started. */
export interface Thread {
  terminate(): unknown;
}

/** What is used of Node's `node:worker_threads` and `node:os`. */
interface NodeWorker extends Thread {
  once(event: "message" | "error", listener: (value: unknown) => void): void;
  unref(): void;
}
interface NodeModules {
  getBuiltinModule?(name: "node:worker_threads"): {
    Worker: new (text: string, options: { eval: true; workerData: WorkerStart }) => NodeWorker;
  };
  getBuiltinModule?(name: "node:os"): { availableParallelism?(): number };
}

/** What is used of the Web's Worker. */
interface WebWorker extends Thread {
  onmessage: (() => void) | null;
  onerror: ((event: { message?: string; preventDefault?(): void }) => void) | null;
  postMessage(message: WorkerStart): void;
}

interface Platform {
  readonly process?: NodeModules;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly Worker?: new (url: string, options: { type: "module" }) => WebWorker;
}

const platform = globalThis as unknown as Platform;
const node = platform.Worker === undefined ? platform.process : undefined;

/** The worker's own text. Some bundlers wrap functions in a helper of this name. */
const text = (start: string): string => `const __name = (f) => f;\nconst main = ${workerMain};\n${start}`;

/** Threads that the machine runs at once. */
export function availableThreads(): number {
  const threads = node?.getBuiltinModule?.("node:os").availableParallelism?.();
  return threads ?? platform.navigator?.hardwareConcurrency ?? 1;
}

/** A thread, when it is ready for work. Rejects where the platform has none, or a policy forbids them. */
export function startThread(start: Omit<WorkerStart, "constants">): Promise<Thread> {
  const message = { ...start, constants };
  return new Promise((resolve, reject) => {
    const threads = node?.getBuiltinModule?.("node:worker_threads");
    if (threads !== undefined) {
      const code = text(
        'const { parentPort, workerData } = require("node:worker_threads");\nmain(workerData, () => parentPort.postMessage(0));',
      );
      const worker = new threads.Worker(code, { eval: true, workerData: message });
      worker.unref();
      worker.once("message", () => resolve(worker));
      worker.once("error", reject);
      return;
    }
    if (platform.Worker === undefined) throw new Error("there are no Workers here");
    const code = text("onmessage = ({ data }) => main(data, () => postMessage(0));");
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    // Deno has no others.
    const worker = new platform.Worker(url, { type: "module" });
    const settle = (): void => URL.revokeObjectURL(url);
    worker.onmessage = () => {
      settle();
      resolve(worker);
    };
    worker.onerror = (event) => {
      settle();
      event.preventDefault?.();
      reject(new Error(event.message ?? "no Worker started: a Content Security Policy has to allow worker-src blob:"));
    };
    try {
      worker.postMessage(message);
    } catch (error) {
      // A page that is not isolated may not send shared memory.
      settle();
      worker.terminate();
      throw error;
    }
  });
}
