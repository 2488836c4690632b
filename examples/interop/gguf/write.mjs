/** The smallest GGUF file of version 3 (docs/gguf.md of ggml): the architecture, then tensors aligned to 32 bytes. */
import { array } from "stridebuf";

/**
 * @param {{ name: string, type: number, shape: number[], data: Uint8Array }[]} tensors - ggml's numbers of types; the fastest axis first
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function writeGguf(tensors) {
  const text = new TextEncoder();
  /** @type {Uint8Array[]} */
  const head = [];
  /** @param {string} format @param {number[]} values */
  const put = (format, ...values) => head.push(array(values, format).toBytes());
  /** @param {string} s */
  const putText = (s) => {
    put("<Q", s.length);
    head.push(text.encode(s));
  };
  head.push(text.encode("GGUF"));
  put("<I", 3);
  put("<Q", tensors.length, 1);
  putText("general.architecture");
  put("<I", 8);
  putText("llama");
  let offset = 0;
  for (const { name, type, shape, data } of tensors) {
    putText(name);
    put("<I", shape.length);
    put("<Q", ...shape);
    put("<I", type);
    put("<Q", offset);
    offset += aligned(data.length);
  }
  const start = aligned(head.reduce((sum, part) => sum + part.length, 0));
  const file = new Uint8Array(start + offset);
  let at = 0;
  for (const part of head) {
    file.set(part, at);
    at += part.length;
  }
  at = start;
  for (const { data } of tensors) {
    file.set(data, at);
    at += aligned(data.length);
  }
  return file;
}

/** @param {number} n */
const aligned = (n) => Math.ceil(n / 32) * 32;
