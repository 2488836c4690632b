/** A tensor in the memory of another module, described by DLPack; no library in JavaScript reads it, so the other side is a loop. */
import { empty, view } from "stridebuf";
import { fromDLTensor, writeDLTensor } from "stridebuf/dlpack";

export function strided() {
  const memory = new WebAssembly.Memory({ initial: 160 });
  const source = view(memory, { format: "<f", shape: [1024, 1024], byteOffset: 65536 });
  new Float32Array(memory.buffer, 65536, 1 << 20).forEach((_, i, all) => {
    all[i] = i;
  });
  writeDLTensor(memory, 8, source.transpose());
  const out = empty([1024, 1024], "<f");
  const values = out.toTypedArray();
  const target = new Float32Array(1 << 20);
  return {
    library: "DLPack 1.1",
    job: "1024 × 1024 float32 with strides → C order",
    way: "a loop by the structure's strides, into memory used again",
    theirs() {
      const at = new DataView(memory.buffer);
      const [data, shape, strides] = [8, 28, 32].map((offset) => at.getUint32(offset, true));
      const int64s = (address) => [0, 8].map((k) => Number(at.getBigInt64(address + k, true)));
      const [[rows, columns], [rowStep, columnStep]] = [int64s(shape), int64s(strides)];
      const from = new Float32Array(memory.buffer, data);
      for (let i = 0, to = 0; i < rows; i++)
        for (let j = 0, k = i * rowStep; j < columns; j++, k += columnStep) target[to++] = from[k];
      return target;
    },
    ours() {
      fromDLTensor(memory, 8, { out });
      return values;
    },
  };
}
