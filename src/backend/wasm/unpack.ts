/** The modules' binaries, which stand in binary.ts as base64, all but the smallest deflated: what copies is 8 kB less to download (bench/NOTES.md, sizes again). */

import { inflater, packed, relaxedPacked } from "./binary.js";

/** What turns base64 into bytes natively; which of them exists depends on the platform. */
interface NativeBase64 {
  readonly Buffer?: { from?(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
}

/** Base64 as bytes. A loop over the characters takes milliseconds at start-up, when nothing is compiled yet: it is the last resort. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const { Buffer, Uint8Array: Bytes } = globalThis as unknown as NativeBase64;
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text);
  if (Buffer?.from !== undefined) return Buffer.from(text, "base64");
  if (typeof atob !== "function") return decodePlainly(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Of whole groups of four characters, with or without padding. */
function decodePlainly(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    let group = 0;
    for (let k = 0; k < 4; k++) group = (group << 6) | values[text.charCodeAt(i + k)]!;
    for (let k = 0; k < 3 && at + k < bytes.length; k++) bytes[at + k] = group >> (16 - 8 * k);
  }
  return bytes;
}

/** What assembly/inflate.ts exports. */
interface Inflater {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: WebAssembly.Global;
  readonly OUTPUT: WebAssembly.Global;
  inflate(): number;
}

function inflate(deflated: Uint8Array): Uint8Array<ArrayBuffer> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decode(inflater)));
  const { memory, INPUT, OUTPUT, inflate } = exports as unknown as Inflater;
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(deflated, INPUT.value);
  return bytes.slice(OUTPUT.value, inflate());
}

/** The module with all kernels. */
export function moduleBinary(): Uint8Array<ArrayBuffer> {
  return inflate(decode(packed));
}

/** The module of kernels by relaxed instructions. */
export function relaxedBinary(): Uint8Array<ArrayBuffer> {
  return inflate(decode(relaxedPacked));
}
