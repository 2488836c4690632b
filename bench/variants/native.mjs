/** What the platform offers by itself: cross-type `TypedArray.set`, Float16Array, `Buffer.swap*`, `set` and `reverse`. */
import { elements } from "../lib/elements.mjs";

const typedSet = (name, Dst, Src, { src, dst }) => {
  const pairs = [0, 1].map(() => [new Dst(dst.buffer), new Src(src.buffer)]);
  return { name, kind: "native", call: (w) => pairs[w][0].set(pairs[w][1]), result: () => dst };
};

const swapMethod = { 2: "swap16", 4: "swap32", 8: "swap64" };

function swaps(spec, { src, dst }) {
  /** @type {"swap16" | "swap32" | "swap64"} */
  const method = swapMethod[spec.unit];
  const buffers = [0, 1].map(() => Buffer.from(dst.buffer));
  const copies = [0, 1].map(() => new Uint8Array(src.buffer));
  const call = spec.inPlace
    ? (w) => buffers[w][method]()
    : (w) => {
        buffers[w].set(copies[w]);
        buffers[w][method]();
      };
  const name = spec.inPlace ? `Buffer.${method}` : `set + Buffer.${method}`;
  return [{ name, kind: "native", call, result: () => dst }];
}

export function variants(spec, data) {
  if (spec.isConvert) {
    if (spec.row === "fused") return [];
    const Half = globalThis.Float16Array;
    const arrayOf = (type) => (type === "f16" ? Half : elements[type].array);
    const [Dst, Src] = [arrayOf(spec.to), arrayOf(spec.from)];
    const narrowsToInteger = !elements[spec.to].float && elements[spec.from].float;
    if (!Dst || !Src || narrowsToInteger || Dst.BYTES_PER_ELEMENT * Src.BYTES_PER_ELEMENT === 0) return [];
    if ((Src === BigInt64Array) !== (Dst === BigInt64Array)) return [];
    const name =
      spec.to === "f16"
        ? "Float16Array.set"
        : spec.from === "f16"
          ? "Float32Array.set(Float16Array)"
          : `${Dst.name}.set(${Src.name})`;
    return [typedSet(name, Dst, Src, data)];
  }
  if (spec.unit) return swaps(spec, data);
  const Type = elements[spec.from].array;
  if (spec.id.startsWith("reverse")) {
    const pairs = [0, 1].map(() => [new Type(data.dst.buffer), new Type(data.src.buffer)]);
    const call = (w) => {
      pairs[w][0].set(pairs[w][1]);
      pairs[w][0].reverse();
    };
    return [{ name: "set + reverse", kind: "native", call, result: () => data.dst }];
  }
  if (spec.id.startsWith("copy")) return [typedSet("TypedArray.set, same type", Type, Type, data)];
  return [];
}
