/** Files below an address, whole or in part. They are small: each is one request, and may not be there. */

import { stridebufError } from "../errors.js";
import { httpError, mayPass, Passing, persist, retryAfterMs } from "../io/http-retry.js";
import { encoded, isS3, objectUrl, parseS3, s3Access } from "./address.js";
import { signedFetch } from "./open.js";

const RETRY = { retries: 5, backoffMs: 250 };
const PATIENCE_MS = 120_000;

/** A part of a file. */
export type FolderRange = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

export interface RemoteFolder {
  readonly address: string;
  /** Bytes that have been read. */
  readonly bytesRead: number;
  /** Undefined when there is no such file. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** @throws FileFormatError when the file has fewer bytes, or is another one than before */
  getRange(name: string, range: FolderRange): Promise<Uint8Array | undefined>;
}

/** URLs of files below an address; what it is asked with stays. */
function urlsBelow(address: string): { urlOf: (name: string) => string; fetch: typeof fetch } {
  const path = (name: string): string => name.split("/").map(encoded).join("/");
  if (isS3(address)) {
    const access = s3Access(process.env);
    const base = objectUrl(access, parseS3(address.replace(/\/+$/, "")));
    return { urlOf: (name) => `${base}/${path(name)}`, fetch: signedFetch(access) };
  }
  const urlOf = (name: string): string => {
    const url = new URL(address);
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path(name)}`;
    return url.href;
  };
  return { urlOf, fetch };
}

export function remoteFolder(address: string): RemoteFolder {
  const { urlOf, fetch: request } = urlsBelow(address);
  /** Of files of which parts are read. */
  const states = new Map<string, string | null>();
  let bytesRead = 0;
  const read = (name: string, range?: FolderRange): Promise<Uint8Array | undefined> => {
    const url = urlOf(name);
    return persist(url, RETRY, async () => {
      let response: Response;
      let bytes: Uint8Array;
      try {
        const headers = range === undefined ? {} : { range: `bytes=${rangeText(range)}` };
        response = await request(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (error) {
        throw new Passing(`cannot be reached (${(error as Error).message})`, 0, error);
      }
      const { status, headers } = response;
      if (status === 404) return undefined;
      const message = `the server answers with status ${status}`;
      if (mayPass(status)) throw new Passing(message, retryAfterMs(headers.get("retry-after")));
      if (status !== 200 && status !== 206) throw httpError(url, message);
      if (range === undefined) {
        if (status !== 200) throw httpError(url, "the server answers a range that nobody asked for");
      } else {
        const state = headers.get("etag") ?? headers.get("last-modified");
        if (states.has(name) && states.get(name) !== state) throw httpError(url, "has changed since it was read");
        states.set(name, state);
        bytes = status === 206 ? bytes : partOf(bytes, range);
        const expected = "length" in range ? range.length : range.suffixLength;
        if (bytes.length !== expected) {
          const what = `${bytes.length} bytes of the ${expected} that are asked for (${rangeText(range)})`;
          throw stridebufError("FileFormatError", `${url}: the server has ${what}`, { container: "http" });
        }
      }
      bytesRead += bytes.length;
      return bytes;
    });
  };
  return {
    address,
    get bytesRead() {
      return bytesRead;
    },
    get: (name) => read(name),
    getRange: read,
  };
}

const rangeText = (range: FolderRange): string =>
  "length" in range ? `${range.offset}-${range.offset + range.length - 1}` : `-${range.suffixLength}`;

/** The part of a file from a server that knows no ranges. */
const partOf = (bytes: Uint8Array, range: FolderRange): Uint8Array =>
  "length" in range
    ? bytes.subarray(range.offset, range.offset + range.length)
    : bytes.subarray(Math.max(0, bytes.length - range.suffixLength));
