/**
 * A file on an HTTP server as a source (RFC 9110, section 14: range requests). Reads that are asked for together and lie near
 * each other become one request; failures that may pass are tried again from where they broke off; and the file must stay
 * the one that it was when it was opened.
 */

import { requireKnownOptions } from "../options.js";
import type { AbortSignalLike, ByteReadable, UrlLike } from "../platform.js";
import { untilAborted } from "./abort.js";
import { httpError, mayPass, Passing, persist, retryAfterMs } from "./http-retry.js";
import { bytesSource, type RandomSource } from "./random-access.js";

/** The part of `fetch` that is used. */
export type FetchLike = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignalLike },
) => Promise<HttpResponse>;

interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ByteReadable | null;
}

/** How a URL is fetched. */
export interface HttpSourceOptions {
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** Ends everything. */
  signal?: AbortSignalLike;
  /** What makes the requests; the global `fetch` by default. */
  fetch?: FetchLike;
  /** Requests that may be on their way at once; 6 by default. */
  maxInFlight?: number;
  /** Bytes between two ranges that are rather fetched than asked for apart; 64 KiB by default. */
  gapBytes?: number;
  /** How often a request is tried again before it fails; 5 by default. Each success begins the count anew. */
  retries?: number;
  /** Milliseconds before the first new try; doubled with each, and a random part of it taken. 250 by default. */
  backoffMs?: number;
  /** Milliseconds without a byte after which a request is given up and tried again; 30,000 by default. */
  stallMs?: number;
  /** The largest file that is read whole from a server that knows no ranges; 64 MiB by default. */
  maxWholeBytes?: number;
}

const DEFAULTS = {
  maxInFlight: 6,
  gapBytes: 64 << 10,
  retries: 5,
  backoffMs: 250,
  stallMs: 30_000,
  maxWholeBytes: 64 << 20,
};
const optionNames = ["headers", "signal", "fetch", ...Object.keys(DEFAULTS)];

/** Fetched with the first request, where the heads of files are. */
const HEAD_BYTES = 16 << 10;
/** Ranges are joined up to this; longer ones stay one request. */
const MOST_JOINED_BYTES = 8 << 20;

/** A read that waits for its bytes. */
interface Wanted {
  readonly dst: Uint8Array;
  readonly begin: number;
  readonly end: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What tells one state of a file from another, as the server says it. */
export interface Validators {
  readonly etag: string | null;
  readonly modified: string | null;
}

/** An opened file on a server. */
export interface HttpFile extends RandomSource {
  readonly validators: Validators;
  /** Ends all that is on its way. */
  close(): void;
}

interface Answer {
  readonly response: HttpResponse;
  /** Of the whole file; null when the server does not say. */
  readonly total: number | null;
  /** Whether the answer is the range asked for, not the whole file. */
  readonly isRange: boolean;
}

class HttpSource implements HttpFile {
  byteLength = 0;
  readonly #url: string;
  readonly #options: Required<Omit<HttpSourceOptions, "signal">> & Pick<HttpSourceOptions, "signal">;
  readonly #closed = new AbortController();
  validators: Validators = { etag: null, modified: null };
  #head: Uint8Array = new Uint8Array(0);
  #queue: Wanted[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(url: string, options: HttpSourceOptions) {
    this.#url = url;
    const request = options.fetch ?? (globalThis.fetch as unknown as FetchLike | undefined);
    if (request === undefined) throw new TypeError('"fetch" expected a function, since there is no global fetch here');
    this.#options = { headers: {}, ...DEFAULTS, ...options, fetch: request };
  }

  get parallel(): number {
    return this.#options.maxInFlight;
  }

  /** The first request: how long the file is, what its state is called, and its head. */
  async open(): Promise<HttpFile> {
    const { maxWholeBytes } = this.#options;
    let head = new Uint8Array(HEAD_BYTES);
    let isWhole = false;
    let total = 0;
    await this.#persist(async () => {
      const answer = await this.#request(0, HEAD_BYTES, false);
      const { response } = answer;
      if (answer.isRange && answer.total === null)
        throw httpError(this.#url, "the server does not say how long the file is");
      isWhole = !answer.isRange;
      total = answer.total ?? Number.NaN;
      if (isWhole && !(total <= maxWholeBytes)) {
        await response.body?.getReader().cancel();
        const size = Number.isNaN(total) ? "of unknown length" : `of ${total} bytes`;
        throw httpError(
          this.#url,
          `the server answers no ranges, and a file ${size} is not read whole (maxWholeBytes is ${maxWholeBytes}): download it first`,
        );
      }
      this.validators = { etag: response.headers.get("etag"), modified: response.headers.get("last-modified") };
      head = new Uint8Array(isWhole ? total : Math.min(HEAD_BYTES, total));
      let at = 0;
      await this.#chunks(response, head.length, (chunk) => {
        head.set(chunk, at);
        at += chunk.length;
      });
    });
    if (isWhole) return { ...bytesSource(head), validators: this.validators, close: () => this.close() };
    this.byteLength = total;
    this.#head = head;
    return this;
  }

  read(dst: Uint8Array, byteOffset: number): void | Promise<void> {
    const end = byteOffset + dst.length;
    if (end > this.byteLength) {
      throw httpError(this.#url, `bytes ${byteOffset} to ${end} are beyond its ${this.byteLength} bytes`);
    }
    if (end <= this.#head.length) return dst.set(this.#head.subarray(byteOffset, end));
    if (dst.length === 0) return;
    return new Promise((resolve, reject) => {
      this.#queue.push({ dst, begin: byteOffset, end, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      // What is asked for in the same turn is fetched together.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#pump();
      });
    });
  }

  close(): void {
    this.#closed.abort(httpError(this.#url, "has been closed"));
  }

  /** Sends what waits, as far as requests may be sent. */
  #pump(): void {
    while (this.#queue.length > 0 && this.#inFlight < this.#options.maxInFlight) {
      this.#queue.sort((a, b) => a.begin - b.begin);
      const group = [this.#queue.shift()!];
      let end = group[0]!.end;
      while (this.#queue.length > 0) {
        const next = this.#queue[0]!;
        const joined = Math.max(end, next.end);
        if (next.begin - end > this.#options.gapBytes || joined - group[0]!.begin > MOST_JOINED_BYTES) break;
        group.push(this.#queue.shift()!);
        end = joined;
      }
      this.#inFlight++;
      this.#fetch(group, group[0]!.begin, end)
        .then(
          () => group.map(({ resolve }) => resolve()),
          (error) => group.map(({ reject }) => reject(error)),
        )
        .finally(() => {
          this.#inFlight--;
          this.#pump();
        });
    }
  }

  /** Fetches one range into all that wait for parts of it. */
  async #fetch(group: readonly Wanted[], begin: number, end: number): Promise<void> {
    let at = begin;
    await this.#persist(async () => {
      const answer = await this.#request(at, end, true);
      const { etag, modified } = this.validators;
      const { headers } = answer.response;
      const isSame =
        answer.isRange &&
        answer.total === this.byteLength &&
        headers.get("etag") === etag &&
        headers.get("last-modified") === modified;
      if (!isSame) {
        await answer.response.body?.getReader().cancel();
        throw httpError(this.#url, "has changed since it was opened");
      }
      await this.#chunks(answer.response, end - at, (chunk) => {
        for (const { dst, begin: from, end: to } of group) {
          const first = Math.max(from, at);
          const last = Math.min(to, at + chunk.length);
          if (first < last) dst.set(chunk.subarray(first - at, last - at), first - from);
        }
        at += chunk.length;
      });
    });
  }

  #persist(attempt: () => Promise<void>): Promise<void> {
    return persist(this.#url, this.#options, async () => {
      try {
        await attempt();
      } catch (error) {
        this.#closed.signal.throwIfAborted();
        throw error;
      }
    });
  }

  async #request(begin: number, end: number, isPinned: boolean): Promise<Answer> {
    const { headers, fetch: request, signal, stallMs } = this.#options;
    const { etag, modified } = this.validators;
    const sent: Record<string, string> = { ...headers, range: `bytes=${begin}-${end - 1}` };
    // A weak validator may not stand here; it is compared with the answer's either way.
    const pin = etag?.startsWith('"') ? etag : modified;
    if (isPinned && pin !== null) sent["if-range"] = pin;
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason ?? this.#closed.signal.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#closed.signal.addEventListener("abort", abort, { once: true });
    let response: HttpResponse;
    try {
      response = await this.#beforeStall(request(this.#url, { headers: sent, signal: stop.signal }), stallMs, stop);
    } catch (error) {
      if (error instanceof Passing) throw error;
      throw new Passing(`cannot be reached (${(error as Error).message})`, 0, error);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#closed.signal.removeEventListener("abort", abort);
    }
    const { status } = response;
    if (status === 206 || status === 200) return this.#answer(response, begin, end);
    await response.body?.getReader().cancel();
    const message = `the server answers with status ${status}`;
    if (mayPass(status)) throw new Passing(message, retryAfterMs(response.headers.get("retry-after")));
    if (status === 416 && isPinned) throw httpError(this.#url, "has changed since it was opened");
    throw httpError(this.#url, message);
  }

  #answer(response: HttpResponse, begin: number, end: number): Answer {
    const { headers, status } = response;
    const encoding = headers.get("content-encoding");
    if (status === 200) {
      const length = headers.get("content-length");
      const isPlain = length !== null && (encoding === null || encoding === "identity");
      return { response, total: isPlain ? Number(length) : null, isRange: false };
    }
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    const total = range === null || range[3] === "*" ? null : Number(range[3]);
    const last = total === null ? end : Math.min(end, total);
    if (range === null || Number(range[1]) !== begin || Number(range[2]) + 1 !== last) {
      throw httpError(this.#url, `the server answers another range than asked for (${headers.get("content-range")})`);
    }
    if (encoding !== null && encoding !== "identity")
      throw httpError(this.#url, `the server packs ranges as ${encoding}`);
    return { response, total, isRange: true };
  }

  /** Hands on the body, which must have `nbytes`; what has come stays valid when the rest does not. */
  async #chunks(response: HttpResponse, nbytes: number, take: (chunk: Uint8Array) => void): Promise<void> {
    if (nbytes === 0) return;
    if (response.body === null) throw new Passing("the server sent no bytes");
    const reader = response.body.getReader();
    let left = nbytes;
    try {
      while (left > 0) {
        const { done, value } = await this.#beforeStall(reader.read(), this.#options.stallMs);
        if (done) throw new Passing(`the connection broke ${left} bytes early`);
        const chunk = value.subarray(0, left);
        left -= chunk.length;
        take(chunk);
      }
    } catch (error) {
      if (error instanceof Passing) throw error;
      throw new Passing(`the connection broke (${(error as Error).message})`, 0, error);
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  /** Fails when nothing comes for `ms`, when the caller's signal says so, or the source is closed. */
  async #beforeStall<T>(work: Promise<T>, ms: number, stop?: AbortController): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stalled = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Passing(`the server sent nothing for ${ms} ms`);
        stop?.abort(error);
        reject(error);
      }, ms);
    });
    try {
      const heard = untilAborted(work, this.#options.signal);
      return await Promise.race([untilAborted(heard, this.#closed.signal), stalled]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * A file on an HTTP server, read by ranges. Its `ETag` and `Last-Modified` are pinned: a file that changes while it is read is
 * refused. Timeouts, too many requests, 5xx and broken connections are tried again, with growing random pauses.
 *
 * @returns a source for `openFile` and `convertFile`; its length is known
 * @throws FileFormatError naming the URL: the server refuses, does not know ranges (and the file is large), sends other
 *   ranges, or the file has changed
 *
 * @example
 * const file = await openFile(await httpSource("https://example.org/model.safetensors"));
 * (await file.read("embed.weight", 1)).toArray(); // [3, 4]
 */
export async function httpSource(url: string | UrlLike, options: HttpSourceOptions = {}): Promise<RandomSource> {
  return openHttp(url, options);
}

/** The same, telling the state of the file. */
export function openHttp(url: string | UrlLike, options: HttpSourceOptions = {}): Promise<HttpFile> {
  requireKnownOptions(options, optionNames);
  return new HttpSource(String(url), options).open();
}
