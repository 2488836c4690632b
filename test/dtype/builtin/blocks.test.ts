/** Block decoders, TypeScript and Wasm, against one formula per value written from the layout alone. */
import { describe, expect, test } from "vitest";
import { decodeEach, decoders } from "../../../src/dtype/builtin/gguf-decode.js";
import { type PackedInteger, packer, unpacker } from "../../../src/dtype/builtin/packed.js";
import { random, runKernel } from "../../lib/kernels.js";
import { vectorBytes } from "../../lib/vectors.js";

const half = new Float32Array(vectorBytes("minifloat/decode_float16.f32le.bin").buffer);
/** ggml keeps them as whole numbers, so the code of -0 is 0. */
const e2m1 = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6];
const f = Math.fround;

/** The value of element `i` of a block. */
type Formula = (block: DataView, i: number) => number;
type Block = { nbytes: number; count: number; value: Formula };

const nibble = (block: DataView, at: number, upper: boolean) => (block.getUint8(at) >> (upper ? 4 : 0)) & 15;

/** Six-bit numbers j of two kinds in the twelve bytes of q4_K (ggml's drawing of `scales`). */
function sixBits(block: DataView, j: number, kind: "scale" | "min"): number {
  const byte = (k: number) => block.getUint8(4 + k);
  const first = kind === "scale" ? 0 : 4;
  if (j < 4) return byte(first + j) % 64;
  const low = kind === "scale" ? byte(4 + j) % 16 : Math.floor(byte(4 + j) / 16);
  return low + 16 * Math.floor(byte(first + j - 4) / 64);
}

const formulas = {
  q8_0: { nbytes: 34, count: 32, value: (b, i) => f(b.getInt8(2 + i) * half[b.getUint16(0, true)]!) },
  q4_0: {
    nbytes: 18,
    count: 32,
    value: (b, i) => f((nibble(b, 2 + (i % 16), i >= 16) - 8) * half[b.getUint16(0, true)]!),
  },
  q4_K: {
    nbytes: 144,
    count: 256,
    value: (b, i) => {
      const j = Math.floor(i / 32);
      const q = nibble(b, 16 + Math.floor(j / 2) * 32 + (i % 32), j % 2 === 1);
      const step = f(half[b.getUint16(0, true)]! * sixBits(b, j, "scale"));
      const min = f(half[b.getUint16(2, true)]! * sixBits(b, j, "min"));
      return f(f(q * step) - min);
    },
  },
  mxfp4: {
    nbytes: 17,
    count: 32,
    // 2^128, for the reserved scale 255, is no binary32: doubled and halved factors keep it in range as ggml does.
    value: (b, i) => f(2 * e2m1[nibble(b, 1 + (i % 16), i >= 16)]! * f(2 ** (b.getUint8(0) - 128))),
  },
  nvfp4: {
    nbytes: 36,
    count: 64,
    value: (b, i) => {
      const group = Math.floor(i / 16);
      const code = b.getUint8(group) % 128;
      const [e, m] = [Math.floor(code / 8), code % 8];
      const scale = code === 127 ? 0 : e === 0 ? m * 2 ** -9 : (1 + m / 8) * 2 ** (e - 7);
      return f(e2m1[nibble(b, 4 + group * 8 + (i % 8), i % 16 >= 8)]! * scale);
    },
  },
} satisfies Record<string, Block>;

/** ggml's loops, followed step by step: where each of the 256 values of the larger types comes from. */
const bytesOf = (b: DataView) => new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
const iq4 = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

const more = {
  q4_1: {
    nbytes: 20,
    count: 32,
    value: (b, i) => {
      const [d, m] = [half[b.getUint16(0, true)]!, half[b.getUint16(2, true)]!];
      return f(f(nibble(b, 4 + (i % 16), i >= 16) * d) + m);
    },
  },
  q5_0: {
    nbytes: 22,
    count: 32,
    value: (b, i) => {
      const fifth = (b.getUint32(2, true) >>> i) & 1;
      return f((nibble(b, 6 + (i % 16), i >= 16) + 16 * fifth - 16) * half[b.getUint16(0, true)]!);
    },
  },
  q5_1: {
    nbytes: 24,
    count: 32,
    value: (b, i) => {
      const fifth = (b.getUint32(4, true) >>> i) & 1;
      const [d, m] = [half[b.getUint16(0, true)]!, half[b.getUint16(2, true)]!];
      return f(f((nibble(b, 8 + (i % 16), i >= 16) + 16 * fifth) * d) + m);
    },
  },
  iq4_nl: {
    nbytes: 18,
    count: 32,
    value: (b, i) => f(iq4[nibble(b, 2 + (i % 16), i >= 16)]! * half[b.getUint16(0, true)]!),
  },
  iq4_xs: {
    nbytes: 136,
    count: 256,
    value: (b, i) => {
      const ib = Math.floor(i / 32);
      const low = nibble(b, 4 + Math.floor(ib / 2), ib % 2 === 1);
      const scale = low + 16 * Math.floor((b.getUint16(2, true) / 4 ** ib) % 4) - 32;
      return f(iq4[nibble(b, 8 + ib * 16 + (i % 16), i % 32 >= 16)]! * f(half[b.getUint16(0, true)]! * scale));
    },
  },
  q2_K: {
    nbytes: 84,
    count: 256,
    value: (b, wanted) => {
      const u = bytesOf(b);
      const [d, min] = [half[b.getUint16(80, true)]!, half[b.getUint16(82, true)]!];
      let [q, is, y] = [16, 0, 0];
      for (let n = 0; n < 256; n += 128, q += 32) {
        for (let shift = 0; shift < 8; shift += 2) {
          for (const part of [0, 16]) {
            const sc = u[is++]!;
            for (let l = 0; l < 16; l++) {
              if (y++ === wanted)
                return f(f(((u[q + part + l]! >> shift) & 3) * f(d * (sc & 15))) - f(min * (sc >> 4)));
            }
          }
        }
      }
      return Number.NaN;
    },
  },
  q3_K: {
    nbytes: 110,
    count: 256,
    value: (b, wanted) => {
      const u = bytesOf(b);
      const d = half[b.getUint16(108, true)]!;
      const aux = [0, 1, 2].map((k) => b.getUint32(96 + 4 * k, true));
      const [low, high] = [0x0f0f0f0f, 0x03030303];
      const scales = new Int8Array(
        Uint32Array.of(
          (aux[0]! & low) | ((aux[2]! & high) << 4),
          (aux[1]! & low) | (((aux[2]! >>> 2) & high) << 4),
          ((aux[0]! >>> 4) & low) | (((aux[2]! >>> 4) & high) << 4),
          ((aux[1]! >>> 4) & low) | (((aux[2]! >>> 6) & high) << 4),
        ).buffer,
      );
      let [q, is, y, m] = [32, 0, 0, 1];
      for (let n = 0; n < 256; n += 128, q += 32) {
        for (let shift = 0; shift < 8; shift += 2, m *= 2) {
          for (const part of [0, 16]) {
            const dl = f(d * (scales[is++]! - 32));
            for (let l = 0; l < 16; l++) {
              if (y++ === wanted) return f(dl * (((u[q + part + l]! >> shift) & 3) - (u[part + l]! & m ? 0 : 4)));
            }
          }
        }
      }
      return Number.NaN;
    },
  },
  q5_K: {
    nbytes: 176,
    count: 256,
    value: (b, i) => {
      const j = Math.floor(i / 32);
      const fifth = Math.floor(b.getUint8(16 + (i % 32)) / 2 ** j) % 2;
      const q = nibble(b, 48 + Math.floor(j / 2) * 32 + (i % 32), j % 2 === 1) + 16 * fifth;
      const step = f(half[b.getUint16(0, true)]! * sixBits(b, j, "scale"));
      return f(f(q * step) - f(half[b.getUint16(2, true)]! * sixBits(b, j, "min")));
    },
  },
  q6_K: {
    nbytes: 210,
    count: 256,
    value: (b, wanted) => {
      const u = bytesOf(b);
      const d = half[b.getUint16(208, true)]!;
      let [ql, qh, sc] = [0, 128, 192];
      for (let n = 0; n < 256; n += 128, ql += 64, qh += 32, sc += 8) {
        for (let l = 0; l < 32; l++) {
          const is = Math.floor(l / 16);
          const q = [
            (u[ql + l]! & 15) + 16 * (u[qh + l]! & 3),
            (u[ql + l + 32]! & 15) + 16 * ((u[qh + l]! >> 2) & 3),
            (u[ql + l]! >> 4) + 16 * ((u[qh + l]! >> 4) & 3),
            (u[ql + l + 32]! >> 4) + 16 * (u[qh + l]! >> 6),
          ];
          const k = [0, 32, 64, 96].findIndex((at) => n + l + at === wanted);
          if (k >= 0) return f(f(d * b.getInt8(sc + is + 2 * k)) * (q[k]! - 32));
        }
      }
      return Number.NaN;
    },
  },
} satisfies Record<string, Block>;

/** Bytes from the start of a block to its binary16 scale. */
const scaleAt: Record<string, number> = { q2_K: 80, q3_K: 108, q6_K: 208 };

const kernels: Record<string, string> = {
  q5_K: "q5_KToF32",
  q6_K: "q6_KToF32",
  q8_0: "q8_0ToF32",
  q4_0: "q4_0ToF32",
  q4_K: "q4_KToF32",
  mxfp4: "mxfp4ToF32",
  nvfp4: "nvfp4ToF32",
};

/** Blocks of every scale in turn, of which some are infinite, NaN, subnormal and zero, over random values. */
function blocks(name: string, nbytes: number, count: number): Uint8Array<ArrayBuffer> {
  const next = random(nbytes);
  const bytes = Uint8Array.from({ length: nbytes * count }, next);
  const edges = [0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xbc00, 0x7bff, 0x7c00, 0xfc00, 0x7e01, 0xfe00];
  for (let i = 0; i < count; i++) {
    const view = new DataView(bytes.buffer, i * nbytes);
    const at = scaleAt[name] ?? 0;
    if (i < edges.length) view.setUint16(at, edges[i]!, true);
    else if (nbytes === 17 || nbytes === 36) view.setUint8(0, i & 255);
    if (nbytes === 36) view.setUint8(3, (i * 7) & 255);
    if ((nbytes === 144 || nbytes === 176) && i % 3 === 0) view.setUint16(2, edges[i % edges.length]!, true);
  }
  return bytes;
}

const allFormulas: Readonly<Record<string, Block>> = { ...formulas, ...more };

describe.each(Object.entries(decoders))("%s", (name, decoder) => {
  const { nbytes, count: values, value } = allFormulas[name]!;
  const decode = decodeEach(decoder, nbytes, values);
  const bytes = blocks(name, nbytes, 300);
  const want = new Float32Array(300 * values);
  for (let i = 0; i < want.length; i++) {
    want[i] = value(new DataView(bytes.buffer, Math.floor(i / values) * nbytes, nbytes), i % values);
  }
  const differences = (got: Float32Array): string[] => {
    const wrong: string[] = [];
    got.forEach((x, i) => {
      if (!Object.is(x, want[i])) wrong.push(`${i}: ${x}, not ${want[i]}`);
    });
    return wrong.slice(0, 5);
  };

  test("TypeScript", () => {
    const out = new Float32Array(want.length);
    decode(out.buffer, 0, bytes.buffer, 0, 300);
    expect(differences(out)).toEqual([]);
  });

  const kernel = kernels[name];
  if (kernel === undefined) return;

  test("Wasm, off alignment, at small counts", () => {
    const step = { kernel, srcWidth: nbytes, dstWidth: values * 4, js: decode };
    for (const [count, skew] of [
      [0, 1],
      [1, 3],
      [2, 2],
      [300, 0],
      [299, 5],
    ] as const) {
      const got = runKernel(step, bytes.subarray(0, count * nbytes), skew);
      expect(differences(new Float32Array(got.buffer))).toEqual([]);
    }
  });
});

describe("packed integers", () => {
  const formats: PackedInteger[] = ([4, 2, 1] as const).flatMap((bits) =>
    [true, false].flatMap((signed) => (["low", "high"] as const).map((order) => ({ bits, signed, order }))),
  );
  test.each(formats)("$bits bits, signed $signed, $order first", (format) => {
    const { bits, signed, order } = format;
    const perByte = 8 / bits;
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i < 256 ? i : i * 7));
    const want = Int8Array.from({ length: bytes.length * perByte }, (_, i) => {
      const text = bytes[Math.floor(i / perByte)]!.toString(2).padStart(8, "0");
      const place = order === "high" ? i % perByte : perByte - 1 - (i % perByte);
      const value = Number.parseInt(text.slice(place * bits, (place + 1) * bits), 2);
      return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
    });
    const out = new Int8Array(want.length);
    unpacker(format)(out.buffer, 0, bytes.buffer, 0, bytes.length);
    expect(out).toEqual(want);
    const name = `unpack${signed ? "Int" : "Uint"}${bits}${order === "low" ? "Low" : "High"}`;
    const step = { kernel: name, srcWidth: 1, dstWidth: perByte, js: unpacker(format) };
    for (let count = 0; count <= 300; count += count < 40 ? 1 : 65) {
      const got = runKernel(step, bytes.subarray(0, count), count % 8);
      expect(new Int8Array(got.buffer), `count ${count}`).toEqual(want.subarray(0, count * perByte));
    }
    const packed = new Uint8Array(bytes.length);
    packer(format)(packed.buffer, 0, want.buffer, 0, bytes.length);
    expect(packed).toEqual(bytes);
  });
});
