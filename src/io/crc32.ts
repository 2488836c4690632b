/** CRC-32 as zip, gzip and PNG use it (ISO 3309), of bytes in order and of pieces in any order. */

const POLYNOMIAL = 0xedb88320;

/** Remainders of bytes followed by 0 to 3 zero bytes, four tables in one: eight bits a step would be four times slower. */
const tables = /* @__PURE__ */ (() => {
  const rows = new Uint32Array(4 * 256);
  for (let i = 0; i < 256; i++) {
    let rest = i;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
    rows[i] = rest;
  }
  for (let i = 256; i < rows.length; i++) rows[i] = (rows[i - 256]! >>> 8) ^ rows[rows[i - 256]! & 255]!;
  return rows;
})();

type Crc32 = (bytes: Uint8Array, before: number) => number;

/** From this many bytes on Node's function is looked for, which takes a millisecond where nobody has used zlib before. */
const NATIVE_BYTES = 65_536;

/** Node's own function, by vectors; null where there is none, undefined as long as nobody has looked. */
let native: Crc32 | null | undefined;

function findNative(): Crc32 | null {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: "node:zlib"): { crc32?: Crc32 } | undefined };
  };
  return process?.getBuiltinModule?.("node:zlib")?.crc32 ?? null;
}

/** @param before the CRC-32 of the bytes that come before `bytes` */
export function crc32(bytes: Uint8Array, before = 0): number {
  if (bytes.length >= NATIVE_BYTES && bytes.length <= 0x7fffffff) {
    if (native === undefined) native = findNative();
    if (native !== null) return native(bytes, before);
  }
  let crc = ~before;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      tables[768 + (crc & 255)]! ^
      tables[512 + ((crc >>> 8) & 255)]! ^
      tables[256 + ((crc >>> 16) & 255)]! ^
      tables[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** The product of two polynomials over GF(2), modulo the CRC's; the highest bit is x^0, as the CRC counts. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= b;
    b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product >>> 0;
}

/** x^(2^i); x^(2^32) is x again. */
const powers = /* @__PURE__ */ (() => {
  const list = [0x40000000];
  while (list.length < 32) list.push(multiply(list.at(-1)!, list.at(-1)!));
  return list;
})();

/** What a CRC contributes when `nbytes` bytes follow: it times x^(8 nbytes), as zlib's crc32_combine. */
function shifted(crc: number, nbytes: number): number {
  for (let i = 3; nbytes > 0; i++, nbytes = Math.floor(nbytes / 2)) {
    if (nbytes % 2 === 1) crc = multiply(powers[i % 32]!, crc);
  }
  return crc;
}

/** The CRC-32 of a run of bytes whose pieces come in any order, each once. */
export class PiecewiseCrc32 {
  #sum = 0;

  /** @param bytesAfter how many bytes of the whole run come after this piece */
  add(piece: Uint8Array, bytesAfter: number): void {
    this.#sum ^= shifted(crc32(piece), bytesAfter);
  }

  /** Of the whole run, once every piece has been added. */
  get value(): number {
    return this.#sum >>> 0;
  }
}
