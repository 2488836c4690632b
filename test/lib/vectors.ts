/** Reads golden data from test/vectors; see the README there for what each field means. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "vitest";

const folder = new URL("../vectors/", import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as the README describes them
export function vectors(name: string): any {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
}

export function vectorBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(path, folder)));
}

export const fromHex = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, "hex"));
export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

/** The fill pattern of the vectors: byte i is (i*167 + (i>>8)*31 + k*59 + 13) & 255. */
export function fill(nbytes: number, k: number, mask = 255): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(nbytes);
  for (let i = 0; i < nbytes; i++) bytes[i] = (i * 167 + (i >> 8) * 31 + k * 59 + 13) & 255 & mask;
  return bytes;
}

export type Blob = { hex: string } | { sha256: string; len: number };

/** Asserts that `bytes` are those of a blob. */
export function expectBlob(bytes: Uint8Array, blob: Blob, what: string): void {
  if ("hex" in blob) expect(toHex(bytes), what).toBe(blob.hex);
  else {
    expect(bytes.length, what).toBe(blob.len);
    expect(createHash("sha256").update(bytes).digest("hex"), what).toBe(blob.sha256);
  }
}
