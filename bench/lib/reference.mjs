/** The judge: one element at a time through a DataView, in the order of the shape. Slow on purpose and free of tricks. */
import { convertValue, elements } from "./elements.mjs";

function eachElement({ shape, strides, offset }, visit) {
  const index = shape.map(() => 0);
  let at = offset;
  const total = shape.reduce((a, b) => a * b, 1);
  for (let i = 0; i < total; i++) {
    visit(at, i);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/** @returns {Uint8Array} what `dst` must hold. */
export function referenceResult(spec, source) {
  const { from, to, unit } = spec;
  const out = new Uint8Array(spec.dst.bytes);
  const srcWidth = elements[from].bytes;
  const dstWidth = elements[to].bytes;
  if (!spec.isConvert) {
    const flip = Math.max(unit, 1) - 1;
    eachElement(spec.src, (at, i) => {
      for (let b = 0; b < srcWidth; b++) out[i * dstWidth + (b ^ flip)] = source[at + b];
    });
    return out;
  }
  const view = new DataView(out.buffer);
  const scratch = new DataView(new ArrayBuffer(16));
  const input = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const { read } = elements[from];
  const { write } = elements[to];
  eachElement(spec.src, (at, i) => {
    let value;
    if (unit) {
      for (let b = 0; b < srcWidth; b++) scratch.setUint8(b, source[at + srcWidth - 1 - b]);
      value = read(scratch, 0);
    } else value = read(input, at);
    write(view, i * dstWidth, convertValue(from, to, value));
  });
  return out;
}
