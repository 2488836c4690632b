/** Quantised tensors; @huggingface/gguf reads the heads of files only, so the other side is a plain loop over blocks. */
import { empty } from "stridebuf";
import { tensor } from "stridebuf/gguf";
import { version } from "../version.mjs";

const N = 1 << 20;

function decode(name, type, blockBytes, loop) {
  const file = new Uint8Array((N / 32) * blockBytes).map((_, i) => (i * 37) & 255);
  // Scales that are numbers.
  for (let at = 0; at < file.length; at += blockBytes) file.set([at & 255, 0x2c], at);
  const header = { tensorDataOffset: 0, tensorInfos: [{ name, shape: [N], dtype: type, offset: 0 }] };
  const out = empty([N], "<f");
  const values = out.toTypedArray();
  const target = new Float32Array(N);
  return {
    library: version("@huggingface/gguf"),
    job: `1 Mi values of ${name} → float32`,
    way: "a loop over the blocks, into memory used again",
    theirs() {
      loop(file, target);
      return target;
    },
    ours() {
      tensor(file, header, name, { out });
      return values;
    },
  };
}

/** A half by arithmetic, as every decoder in JavaScript has it. */
function half(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export const q8_0 = () =>
  decode("q8_0", 8, 34, (file, to) => {
    const signed = new Int8Array(file.buffer);
    for (let at = 0, k = 0; at < file.length; at += 34) {
      const scale = half(file[at] | (file[at + 1] << 8));
      for (let i = 0; i < 32; i++) to[k++] = signed[at + 2 + i] * scale;
    }
  });

export const q4_0 = () =>
  decode("q4_0", 2, 18, (file, to) => {
    for (let at = 0, k = 0; at < file.length; at += 18, k += 32) {
      const scale = half(file[at] | (file[at + 1] << 8));
      for (let i = 0; i < 16; i++) {
        const byte = file[at + 2 + i];
        to[k + i] = ((byte & 15) - 8) * scale;
        to[k + 16 + i] = ((byte >> 4) - 8) * scale;
      }
    }
  });
