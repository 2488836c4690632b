/**
 * `node bench/special/trap.mjs`: arrays that were made one after the other, each copied into the next, by `TypedArray.set` and by `copy`;
 * also byte swaps and reversals, which begin with such a copy. GB/s of payload, the fastest of some rounds, for each pair. Where the C library
 * copies by `rep movsb` on Zen 3, most pairs are slow by `set` (NOTES.md, a trap of rep movsb).
 */
import { stridebuf } from "../lib/load.mjs";

const { copy, view } = await stridebuf("index.js");
const ROUNDS = 40;
const ARRAYS = 6;

function fastest(nbytes, call) {
  let least = Number.POSITIVE_INFINITY;
  const calls = Math.max(4, Math.floor(1_000_000 / nbytes));
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    least = Math.min(least, (performance.now() - start) / calls);
  }
  return (nbytes / least / 1e6).toFixed(1);
}

for (const nbytes of [4096, 8192, 16_384, 65_536, 262_144, 1_048_576]) {
  const arrays = Array.from({ length: ARRAYS }, (_, i) => new Uint16Array(nbytes / 2).fill(i));
  const pairs = arrays.slice(1).map((dst, i) => ({ dst, src: arrays[i] }));
  const ways = {
    set: ({ dst, src }) => dst.set(src),
    copy: ({ dst, src }) => copy(dst, src),
    "copy to >H": ({ dst, src }) => copy(view(dst.buffer, { format: ">H" }), src),
    "copy of [::-1]": ({ dst, src }) => copy(dst, view(src).slice("::-1")),
  };
  for (const [name, way] of Object.entries(ways))
    console.log(
      `${String(nbytes).padStart(8)} ${name.padEnd(16)} ${pairs.map((p) => fastest(nbytes, () => way(p))).join("  ")}`,
    );
}
