/** `stridebuf bench`: a few kernels against plain JavaScript on this machine. The full suites are in the repository's bench/. */

import { backend, copy, dtypes, view } from "../index.js";
import { table } from "./table.js";
import { jsonText, type Terminal } from "./terminal.js";

export interface BenchOptions {
  json?: boolean;
  /** Milliseconds per measurement. */
  time?: number;
}

const ITEMS = 1 << 20;
const SIDE = 1024;

interface Case {
  readonly name: string;
  /** Bytes of the result. */
  readonly nbytes: number;
  readonly ours: () => void;
  readonly plain: () => void;
}

function cases(): Case[] {
  const floats = new Float32Array(ITEMS);
  for (let i = 0; i < ITEMS; i++) floats[i] = Math.sin(i) * 1000;
  const words = new Uint32Array(floats.buffer);
  const halves = new Uint16Array(ITEMS);
  for (let i = 0; i < ITEMS; i++) halves[i] = words[i]! >>> 16;
  const floatsOut = new Float32Array(ITEMS);
  const wordsOut = new Uint32Array(floatsOut.buffer);
  const halvesOut = new Uint16Array(ITEMS);
  const doublesOut = new Float64Array(ITEMS);
  const bfloats = view(halves, { format: dtypes.bfloat16 });
  const bfloatsOut = view(halvesOut, { format: dtypes.bfloat16 });
  const big = view(floatsOut, { format: ">f" });
  const grid = view(floats, { shape: [SIDE, SIDE] });
  const gridOut = view(floatsOut, { shape: [SIDE, SIDE] });
  const turned = grid.transpose();
  return [
    {
      name: "bfloat16 to float32",
      nbytes: ITEMS * 4,
      ours: () => copy(floatsOut, bfloats),
      plain() {
        for (let i = 0; i < ITEMS; i++) wordsOut[i] = halves[i]! << 16;
      },
    },
    {
      name: "float32 to bfloat16",
      nbytes: ITEMS * 2,
      ours: () => copy(bfloatsOut, floats),
      plain() {
        for (let i = 0; i < ITEMS; i++) {
          const bits = words[i]!;
          const notANumber = (bits & 0x7fffffff) > 0x7f800000;
          halvesOut[i] = notANumber ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
        }
      },
    },
    {
      name: "float32 to float64",
      nbytes: ITEMS * 8,
      ours: () => copy(doublesOut, floats),
      plain: () => doublesOut.set(floats),
    },
    {
      name: "byte order of float32",
      nbytes: ITEMS * 4,
      ours: () => copy(big, floats),
      plain() {
        for (let i = 0; i < ITEMS; i++) {
          const bits = words[i]!;
          wordsOut[i] = (bits << 24) | ((bits & 0xff00) << 8) | ((bits >>> 8) & 0xff00) | (bits >>> 24);
        }
      },
    },
    {
      name: "transpose of 1024 x 1024 float32",
      nbytes: ITEMS * 4,
      ours: () => copy(gridOut, turned),
      plain() {
        for (let i = 0; i < SIDE; i++) for (let j = 0; j < SIDE; j++) floatsOut[i * SIDE + j] = floats[j * SIDE + i]!;
      },
    },
  ];
}

/** Median milliseconds of a call, of the calls that fit into `time`. */
function measure(call: () => void, time: number): number {
  const start = performance.now();
  while (performance.now() - start < time / 4) call();
  const times: number[] = [];
  for (let begin = performance.now(); times.length < 5 || performance.now() - begin < time; ) {
    const before = performance.now();
    call();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1]!;
}

export function bench(options: BenchOptions, terminal: Terminal): void {
  const time = options.time ?? 300;
  const results = cases().map(({ name, nbytes, ours, plain }) => {
    const rate = (ms: number) => nbytes / 1e6 / ms;
    const [plainRate, oursRate] = [rate(measure(plain, time)), rate(measure(ours, time))];
    return { name, nbytes, stridebuf: oursRate, plain: plainRate, ratio: oursRate / plainRate };
  });
  if (options.json) {
    terminal.out(jsonText({ backend: backend.name, node: process.version, unit: "GB/s of result", results }));
    return;
  }
  const rows = results.map(({ name, stridebuf, plain, ratio }) => {
    return [name, stridebuf.toFixed(2), plain.toFixed(2), `${ratio.toFixed(2)}x`];
  });
  terminal.out(`backend ${backend.name}, Node ${process.version}, ${ITEMS} items, GB/s of result (median)`);
  terminal.out(
    table(terminal, ["kernel", "stridebuf", "plain loop", "ratio"], rows, { right: [1, 2, 3], narrow: "blocks" }),
  );
}
