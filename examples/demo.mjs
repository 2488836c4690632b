/**
 * The main job, end to end, on a real file: the EGM96 geoid grid, big-endian float32 behind a 40-byte header, to native
 * float32, bfloat16, float16 and Fortran order, each written as .npy and checked against plain element loops.
 * Usage: node examples/demo.mjs [output folder]
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { backend, convert, empty, view } from "../dist/index.js";
import { writeNpy } from "../dist/io/npy.js";
import { unpackFrom } from "../dist/struct/index.js";
import { png, terminalPicture } from "./picture.mjs";
import * as plain from "./plain-loops.mjs";

/** From NumPy 1.24.2; see data/README.md. */
const KNOWN = { minimum: -106.9910888671875, maximum: 85.39092254638672, mean: -1.444114441229752 };
const HEADER = ">4d2i";
const RUNS = 21;

const source = new URL("data/egm96_15.gtx", import.meta.url);
const target = process.argv[2] ?? fileURLToPath(new URL("../out/demo", import.meta.url));
mkdirSync(target, { recursive: true });

const file = new Uint8Array(readFileSync(source));
const [south, west, latitudeStep, longitudeStep, rows, columns] = /** @type {number[]} */ (unpackFrom(HEADER, file, 0));
const shape = [rows, columns];
const body = file.subarray(40);
const raw = view(file, { format: ">f", shape, byteOffset: 40 });

const float32 = empty(shape, "<f");
const bfloat16 = empty(shape, "[ml_dtypes:bfloat16]");
const float16 = empty(shape, "<e");
const fortran = empty(shape, "<f", { order: "F" });
const float32Array = float32.toTypedArray();

/** Each step: what the engine does into memory that is there, and the same in a plain loop. */
const steps = [
  {
    name: "big-endian → native",
    file: "egm96_float32.npy",
    result: float32,
    engine: () => convert(raw, "<f", { out: float32 }),
    expected: new Float32Array(raw.size),
    loop: (out) => plain.float32FromBigEndian(out, body),
    value: (x) => x,
  },
  {
    name: "float32 → bfloat16",
    file: "egm96_bfloat16.npy",
    result: bfloat16,
    engine: () => convert(float32, bfloat16.dtype, { out: bfloat16 }),
    expected: new Uint16Array(raw.size),
    loop: (out) => plain.bfloat16FromFloat32(out, float32Array),
    value: plain.bfloat16Value,
  },
  {
    name: "float32 → float16",
    file: "egm96_float16.npy",
    result: float16,
    engine: () => convert(float32, "<e", { out: float16 }),
    expected: new Uint16Array(raw.size),
    loop: (out) => plain.float16FromFloat32(out, float32Array),
    value: plain.float16Value,
  },
  {
    name: "C → Fortran order",
    file: "egm96_fortran.npy",
    result: fortran,
    engine: () => convert(float32, "<f", { out: fortran }),
    expected: new Float32Array(raw.size),
    loop: (out) => plain.fortranOrder(out, float32Array, rows, columns),
    value: (x) => x,
    fortran: true,
  },
];

/** Medians in milliseconds of `RUNS` alternating runs of each. */
function alternate(a, b) {
  /** @type {number[][]} */
  const times = [[], []];
  for (let i = 0; i < RUNS; i++)
    for (const [k, run] of [a, b].entries()) {
      const start = performance.now();
      run();
      times[k].push(performance.now() - start);
    }
  return times.map((t) => t.sort((x, y) => x - y)[RUNS >> 1]);
}

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const table = new Table({
  head: ["step", "shape", "dtype", "order", "bytes", "ms", "GB/s", "loop ms", "loop GB/s", "ratio", "max error"],
  colAligns: ["left", "left", "left", "left", ...Array(7).fill("right")],
  style: { head: [], border: [] },
});
let failures = 0;
const check = (what, good) => {
  if (good) return;
  failures++;
  console.error(`FAILED: ${what}`);
};

for (const step of steps) {
  const { result, expected } = step;
  const [engineMs, loopMs] = alternate(step.engine, () => step.loop(expected));
  check(
    `${step.name}: not byte for byte what the plain loop gives`,
    Buffer.from(result.toBytes("A")).equals(bytesOf(expected)),
  );
  let maxError = 0;
  for (let i = 0; i < expected.length; i++) {
    const exact = float32Array[step.fortran ? (i % rows) * columns + Math.floor(i / rows) : i];
    maxError = Math.max(maxError, Math.abs(step.value(expected[i]) - exact));
  }
  const payload = raw.nbytes;
  const rate = (ms) => (payload / ms / 1e6).toFixed(1);
  table.push([
    step.name,
    result.shape.join("×"),
    result.dtype.name,
    result.isContiguous("C") ? "C" : "F",
    result.nbytes,
    engineMs.toFixed(2),
    rate(engineMs),
    loopMs.toFixed(2),
    rate(loopMs),
    `${(loopMs / engineMs).toFixed(1)}×`,
    maxError === 0 ? "0" : maxError.toPrecision(3),
  ]);
  writeFileSync(`${target}/${step.file}`, writeNpy(result));
}

let minimum = Number.POSITIVE_INFINITY;
let maximum = Number.NEGATIVE_INFINITY;
let sum = 0;
for (const x of float32Array) {
  minimum = Math.min(minimum, x);
  maximum = Math.max(maximum, x);
  sum += x;
}
const mean = sum / float32Array.length;
check(`minimum ${minimum}, known ${KNOWN.minimum}`, minimum === KNOWN.minimum);
check(`maximum ${maximum}, known ${KNOWN.maximum}`, maximum === KNOWN.maximum);
check(`mean ${mean}, known ${KNOWN.mean}`, Math.abs(mean - KNOWN.mean) < 1e-12);

const northUp = float32.flip([0]);
writeFileSync(`${target}/egm96.png`, png(northUp, minimum, maximum));
if (process.stdout.isTTY && !process.env.NO_COLOR)
  console.log(terminalPicture(northUp, minimum, maximum, Math.min(process.stdout.columns - 1, 100)));

console.log(
  `EGM96 geoid heights, ${rows} × ${columns} from ${south}°, ${west}° every ${latitudeStep}°, ${longitudeStep}°; backend ${backend.name}`,
);
console.log(table.toString());
console.log(
  `GB/s: bytes of the larger side per second; median of ${RUNS} alternating runs, both into memory that is there.`,
);
console.log(`minimum ${minimum} m, maximum ${maximum} m, mean ${mean} m (known: NumPy, examples/data/README.md)`);
console.log(`wrote ${steps.map((s) => s.file).join(", ")} and egm96.png to ${target}`);
if (failures > 0) process.exit(1);
console.log(`every step equals the plain loop byte for byte; minimum, maximum and mean are the known ones`);
