/** Failures of servers and networks that may pass: which they are, and trying again with growing pauses. */

import { stridebufError } from "../errors.js";
import type { AbortSignalLike } from "../platform.js";
import { untilAborted } from "./abort.js";

const MAX_BACKOFF_MS = 20_000;
const MAX_RETRY_AFTER_MS = 60_000;

export interface RetryOptions {
  readonly retries: number;
  /** Milliseconds before the first new try; doubled with each, and a random part of it taken. */
  readonly backoffMs: number;
  readonly signal?: AbortSignalLike | undefined;
}

/** What may pass: a timeout, too early, too many requests, a server that is in trouble. */
export const mayPass = (status: number): boolean => [408, 425, 429].includes(status) || status >= 500;

export function httpError(url: string, message: string, cause?: unknown): Error {
  // What did not pass in all that time is a matter of the network or the server, not of the request.
  const reason = cause instanceof Passing ? { reason: "unavailable" } : {};
  return stridebufError("FileFormatError", `${url}: ${message}`, { container: "http", ...reason }, cause);
}

/** A failure that a new try may mend. */
export class Passing extends Error {
  constructor(
    message: string,
    readonly waitMs = 0,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** What `Retry-After` asks for. */
export function retryAfterMs(text: string | null): number {
  if (text === null) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : 0;
}

/** Tries until it works, fails for good, or has failed too often. */
export async function persist<T>(
  url: string,
  { retries, backoffMs, signal }: RetryOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Passing)) throw error;
      if (failures >= retries) throw httpError(url, `${error.message}, after ${failures + 1} tries`, error);
      // "Full jitter": many who failed together do not come back together.
      const backoff = Math.random() * Math.min(backoffMs * 2 ** failures, MAX_BACKOFF_MS);
      const pause = new Promise<void>((resolve) => setTimeout(resolve, Math.max(error.waitMs, backoff)));
      await untilAborted(pause, signal);
    }
  }
}
