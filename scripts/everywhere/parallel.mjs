/**
 * What every environment with threads runs: work on resident arrays that is shared between two. Returns the backend and how many threads
 * there are; throws for a wrong value, and for another number of threads than `threads`. With `fault` one expectation is wrong.
 */
import { parallel } from "stridebuf/parallel";

function same(what, got, expected) {
  if (got !== expected) throw new Error(`${what}: expected ${expected}, got ${got}`);
}

export async function run(fault, threads) {
  const cores = await parallel({ threads: 2, leastBytes: 0 });
  try {
    same(`threads (${cores.reason})`, cores.threads, threads);
    const items = 200_000;
    const floats = cores.empty([items], "f", { resident: true });
    cores.copy(
      floats,
      Float32Array.from({ length: items }, (_, i) => (i % 1000) / 8 - 50),
    );
    const halves = cores.convert(floats, "float16", { resident: true });
    same("convert", halves.get(9), fault ? -48 : -48.875);
    const swapped = cores.convert(floats, ">f", { resident: true });
    const turned = cores.empty([400, 500], ">f", { resident: true });
    cores.copy(turned, swapped.reshape([500, 400]).transpose());
    for (const [i, j] of [
      [0, 0],
      [399, 499],
      [123, 456],
    ])
      same("transpose", turned.get(i, j), ((i + 400 * j) % 1000) / 8 - 50);
    let wrong = 0;
    const whole = halves.toTypedArray({ float16: "Uint16Array" });
    for (let i = 1000; i < items; i++) if (whole[i] !== whole[i - 1000]) wrong++;
    same("halves that differ from those of the period before", wrong, 0);
    return `wasm (${cores.threads} thread${cores.threads === 1 ? `: ${cores.reason}` : "s"})`;
  } finally {
    cores.close();
  }
}
