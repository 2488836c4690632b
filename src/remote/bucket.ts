/**
 * Requests to an S3-compatible store beside plain reads: listings, and objects that are uploaded in parts
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html). Every answer is small.
 */

import { createHash } from "node:crypto";
import { httpError, mayPass, Passing, persist, retryAfterMs } from "../io/http-retry.js";
import { bucketUrl, encoded, objectUrl, parseS3, type S3Address, s3Access } from "./address.js";
import { signedFetch } from "./open.js";
import { elementsOf, textOf } from "./xml.js";

const RETRY = { retries: 5, backoffMs: 250 };
/** Without an answer for so long a request is given up; large parts take their time. */
const PATIENCE_MS = 600_000;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What was asked for is not there, or no longer. */
export class Absent extends Error {}

/** A part that a store holds. */
export interface Part {
  readonly number: number;
  readonly byteLength: number;
  readonly etag: string;
}

export interface ObjectHead {
  readonly byteLength: number;
  readonly etag: string | null;
  /** `x-amz-meta-…` by the rest of the name. */
  meta(name: string): string | null;
}

const md5 = (bytes: Uint8Array): Buffer => createHash("md5").update(bytes).digest();
const plainEtag = (etag: string | null): string => (etag ?? "").replace(/"/g, "");

/** What a store calls an object of parts, where it calls parts by their MD5; undefined where it does not. */
export function etagOfParts(parts: readonly Part[]): string | undefined {
  const digests = parts.map(({ etag }) => plainEtag(etag));
  if (!digests.every((digest) => /^[0-9a-f]{32}$/.test(digest))) return undefined;
  return `${md5(Buffer.from(digests.join(""), "hex")).toString("hex")}-${parts.length}`;
}

export class S3Bucket {
  readonly #access = s3Access(process.env);
  readonly #fetch = signedFetch(this.#access);

  constructor(private readonly bucket: string) {}

  /** @throws FileFormatError when the store refuses, and (`reason` "unavailable") when it cannot be reached; Absent */
  async #request(
    method: string,
    url: string,
    query: Readonly<Record<string, string>>,
    { headers = {}, body }: { headers?: Record<string, string>; body?: Uint8Array | string } = {},
  ): Promise<Answer> {
    const asked = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    const address = asked.length === 0 ? url : `${url}?${asked.join("&")}`;
    return persist(url, RETRY, async () => {
      let response: Response;
      let text: string;
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        response = await this.#fetch(address, { method, headers, signal, body: (body ?? null) as BodyInit | null });
        text = await response.text();
      } catch (error) {
        throw new Passing(`cannot be reached (${(error as Error).message})`, 0, error);
      }
      const { status } = response;
      // Some answers begin before it is known how they end.
      const code = /<Error>/.test(text) ? textOf(text, "Code") : undefined;
      if (status < 300 && code === undefined) return { status, headers: response.headers, text };
      const message = `${method}: the store answers with status ${status}${code === undefined ? "" : ` (${code})`}`;
      if (code === "InternalError" || code === "SlowDown" || mayPass(status))
        throw new Passing(message, retryAfterMs(response.headers.get("retry-after")));
      if (status === 404 && code !== "NoSuchBucket") throw new Absent(message);
      throw httpError(url, message);
    });
  }

  #url(key: string): string {
    return objectUrl(this.#access, { bucket: this.bucket, key });
  }

  /** Undefined when there is no such object. */
  async head(key: string): Promise<ObjectHead | undefined> {
    try {
      const { headers } = await this.#request("HEAD", this.#url(key), {});
      const byteLength = Number(headers.get("content-length"));
      return { byteLength, etag: headers.get("etag"), meta: (name) => headers.get(`x-amz-meta-${name}`) };
    } catch (error) {
      if (error instanceof Absent) return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Uint8Array, meta: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#request("PUT", this.#url(key), {}, { headers: metaHeaders(meta), body: bytes });
  }

  async remove(key: string): Promise<void> {
    await this.#request("DELETE", this.#url(key), {}).catch(unlessAbsent);
  }

  /** Keys that begin in a way, and when each was written, the oldest first. */
  async list(prefix: string): Promise<string[]> {
    const found: { key: string; at: string }[] = [];
    for (let token: string | undefined; ; ) {
      const more: Record<string, string> = token === undefined ? {} : { "continuation-token": token };
      const query = { "list-type": "2", "encoding-type": "url", prefix, ...more };
      const { text } = await this.#request("GET", bucketUrl(this.#access, this.bucket), query);
      for (const each of elementsOf(text, "Contents")) {
        const key = decodeURIComponent((textOf(each, "Key") ?? "").replace(/\+/g, " "));
        found.push({ key, at: textOf(each, "LastModified") ?? "" });
      }
      token = textOf(text, "NextContinuationToken");
      if (token === undefined) break;
    }
    const order = ({ at, key }: (typeof found)[number]) => `${at} ${key}`;
    return found.sort((a, b) => (order(a) < order(b) ? -1 : 1)).map(({ key }) => key);
  }

  /** Begins an upload in parts, and returns what it is called. */
  async begin(key: string, meta: Readonly<Record<string, string>>): Promise<string> {
    const { text } = await this.#request("POST", this.#url(key), { uploads: "" }, { headers: metaHeaders(meta) });
    const upload = textOf(text, "UploadId");
    if (upload !== undefined) return upload;
    throw httpError(this.#url(key), "the store began no upload");
  }

  /** Uploads a part, whose bytes the store compares with their MD5. @throws Absent when there is no such upload */
  async putPart(key: string, uploadId: string, partNumber: number, bytes: Uint8Array): Promise<void> {
    const query = { partNumber: `${partNumber}`, uploadId };
    const headers = { "content-md5": md5(bytes).toString("base64") };
    await this.#request("PUT", this.#url(key), query, { headers, body: bytes });
  }

  /** The parts that are there, from one on. @throws Absent when there is no such upload */
  async *parts(key: string, uploadId: string, from = 1, most = 1000): AsyncGenerator<Part> {
    for (let marker = `${from - 1}`; ; ) {
      const query = { uploadId, "max-parts": `${most}`, "part-number-marker": marker };
      const { text } = await this.#request("GET", this.#url(key), query);
      for (const part of elementsOf(text, "Part")) {
        const [number, byteLength] = [Number(textOf(part, "PartNumber")), Number(textOf(part, "Size"))];
        yield { number, byteLength, etag: textOf(part, "ETag") ?? "" };
      }
      const next = textOf(text, "NextPartNumberMarker");
      if (textOf(text, "IsTruncated") !== "true" || next === undefined || next === marker) return;
      marker = next;
    }
  }

  /** Makes an object of parts, at once. @throws Absent when there is no such upload */
  async complete(key: string, uploadId: string, parts: readonly Part[]): Promise<void> {
    const list = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join("")}</CompleteMultipartUpload>`;
    await this.#request("POST", this.#url(key), { uploadId }, { headers: { "content-type": "application/xml" }, body });
  }

  async abort(key: string, uploadId: string): Promise<void> {
    await this.#request("DELETE", this.#url(key), { uploadId }).catch(unlessAbsent);
  }
}

const metaHeaders = (meta: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(meta).map(([name, value]) => [`x-amz-meta-${name}`, value]));

function unlessAbsent(error: unknown): void {
  if (!(error instanceof Absent)) throw error;
}

/** The bucket and the key of an address. */
export function bucketOf(address: string): { bucket: S3Bucket; key: string } {
  const { bucket, key }: S3Address = parseS3(address);
  return { bucket: new S3Bucket(bucket), key };
}
