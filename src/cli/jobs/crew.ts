/** Threads that work off a queue. A thread is started when there is work and no other thread is free. */

import { Worker } from "node:worker_threads";
import { InputFailure } from "../failure.js";
import { begin, end, type Unfinished } from "../unfinished.js";
import type { Answer, Made, SentOptions, Start, Work } from "./messages.js";

const SCRIPT = new URL("./worker.js", import.meta.url);

interface Assignment {
  readonly work: Work;
  /** Whether it is not needed any more. */
  readonly isVain: () => boolean;
  readonly onShare: (share: number) => void;
  readonly resolve: (made: Made[Work["kind"]]) => void;
  readonly reject: (error: Error) => void;
}

/** Why work was not begun. */
export class NotNeeded extends Error {}

export class Crew implements Unfinished {
  readonly #start: Start;
  /** What each thread does; null while it waits. */
  readonly #current = new Map<Worker, Assignment | null>();
  readonly #idle: Worker[] = [];
  readonly #queue: Assignment[] = [];
  #wake: (() => void)[] = [];

  /** @param most threads */
  constructor(
    private readonly most: number,
    options: SentOptions,
  ) {
    this.#start = { options, stopped: new SharedArrayBuffer(4) };
    begin(this);
  }

  /** Resolves when a thread has nothing to do, or one can be started. */
  async free(): Promise<void> {
    while (this.#queue.length > 0 || (this.#idle.length === 0 && this.#current.size >= this.most)) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /**
   * Has work done; what is asked for first is begun first.
   *
   * @param isVain asked before work is begun
   * @throws NotNeeded, or InputFailure with what a thread complains about
   */
  do<W extends Work>(
    work: W,
    isVain: () => boolean,
    onShare: (share: number) => void = () => {},
  ): Promise<Made[W["kind"]]> {
    return new Promise((resolve, reject) => {
      const settle = resolve as (made: Made[Work["kind"]]) => void;
      this.#queue.push({ work, isVain, onShare, resolve: settle, reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#queue[0]?.isVain()) this.#queue.shift()!.reject(new NotNeeded());
    if (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#current.size < this.most ? this.#startWorker() : undefined);
      if (worker === undefined) return;
      const next = this.#queue.shift()!;
      this.#current.set(worker, next);
      worker.postMessage(next.work);
      return;
    }
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  #startWorker(): Worker {
    const worker = new Worker(SCRIPT, { workerData: this.#start });
    worker.on("message", (answer: Answer) => {
      const { onShare, resolve, reject } = this.#current.get(worker)!;
      if ("share" in answer) return onShare(answer.share);
      this.#current.set(worker, null);
      this.#idle.push(worker);
      if ("made" in answer) resolve(answer.made);
      else reject(new InputFailure(answer.failure));
      this.#next();
    });
    const lose = (message: string): void => {
      const lost = this.#current.get(worker);
      this.#current.delete(worker);
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      lost?.reject(new InputFailure(message));
      this.#next();
    };
    worker.on("error", (error) => lose(`a thread failed: ${error.message}`));
    worker.on("exit", (code) => lose(`a thread ended early, with status ${code}`));
    return worker;
  }

  /** From now on threads write nothing new: what they have written is about to be removed. */
  discard(): void {
    Atomics.store(new Int32Array(this.#start.stopped), 0, 1);
  }

  async close(): Promise<void> {
    end(this);
    await Promise.all([...this.#current.keys()].map((worker) => worker.terminate()));
  }
}
