/** stridebuf through its public API, the same calls for either backend and either home of the bytes. */
import { elements } from "../lib/elements.mjs";

const swapped = (format) => (format.startsWith("<") ? format.replace("<", ">") : format);

/** A view of the spec's geometry from a contiguous view of bytes, by public methods only. */
function viewFrom(api, bytes, spec, side) {
  const { shape, strides, offset } = spec[side];
  const type = side === "src" ? spec.from : spec.to;
  const width = elements[type].bytes;
  const text = side === "src" && spec.unit && !spec.inPlace ? swapped(elements[type].format) : elements[type].format;
  const format = api.dtype(text);
  if (shape.length > 1) {
    const outermostFirst = shape.map((_, axis) => axis).sort((a, b) => strides[b] - strides[a]);
    const base = bytes.cast(
      format,
      outermostFirst.map((axis) => shape[axis]),
    );
    return base.transpose(shape.map((_, axis) => outermostFirst.indexOf(axis)));
  }
  const [stride] = strides;
  if (stride === width) return bytes.cast(format);
  if (stride < 0) return bytes.cast(format).slice("::-1");
  if (offset === 0) return bytes.cast(format).slice(`::${stride / width}`);
  return bytes.cast(api.dtype(`T{=${offset}x${text}:value:${stride - offset - width}x}`)).field("value");
}

/**
 * @param api stridebuf or stridebuf/js
 * @param home "staged" for ordinary ArrayBuffers, "resident" for memory of the backend
 */
export function ours(api, name, home, spec, { source, src, dst }) {
  const place = home === "resident" ? residentPlace(api) : ordinaryPlace(api);
  const from = spec.inPlace ? null : place(src);
  const to = place(dst);
  const pairs = [0, 1].map(() => [viewFrom(api, to.view, spec, "dst"), from && viewFrom(api, from.view, spec, "src")]);
  let call;
  if (spec.inPlace) call = (w) => api.byteswap(pairs[w][0]);
  else if (spec.isConvert) {
    const target = elements[spec.to].format;
    const options = pairs.map(([out]) => ({ out }));
    call = (w) => api.convert(pairs[w][1], target, options[w]);
  } else call = (w) => api.copy(pairs[w][0], pairs[w][1]);
  return {
    name,
    kind: "ours",
    call,
    result: () => to.bytes(),
    before: (second) => {
      if (second) return;
      from?.reset(source);
      spec.inPlace ? to.reset(source) : to.clear();
    },
  };
}

const ordinaryPlace = (api) => (array) => ({
  view: api.view(array),
  bytes: () => array,
  reset: (source) => array.set(source),
  clear: () => array.fill(0xee),
});

const residentPlace = (api) => (array) => {
  const view = api.empty([array.length], "B", { resident: true });
  const bytes = () => new Uint8Array(view.buffer, view.byteOffset, array.length);
  return {
    view,
    bytes,
    reset: (source) => bytes().set(source),
    clear: () => bytes().fill(0xee),
  };
};
