/**
 * The EGM96 geoid grid handed from one WebAssembly module to another as a DLTensor: an address says it all.
 * Usage: npm run build && npm ci --prefix test/interop && node examples/interop/dlpack/run.mjs
 */
import { readFileSync } from "node:fs";
import { copy, view } from "stridebuf";
import { fromDLTensor, writeDLTensor } from "stridebuf/dlpack";

const file = readFileSync(new URL("../../data/egm96_15.gtx", import.meta.url));
const grid = view(file, { format: ">f", shape: [721, 1440], byteOffset: 40 });

// The memory of a module; a real one's allocator would give these addresses.
const memory = new WebAssembly.Memory({ initial: 64 });
const data = view(memory, { format: "<f", shape: [721, 1440], byteOffset: 4096 });
copy(data, grid);
// North up, every 4th node: strides in the structure, nothing is moved.
const bytes = writeDLTensor(memory, 1024, data.slice("::-4, ::4"), { versioned: true });
console.log("DLManagedTensorVersioned:", bytes, "bytes");

const tensor = fromDLTensor(memory, 1024, { versioned: true });
console.log("read:", tensor.shape, tensor.strides, tensor.dtype.name, "at", tensor.byteOffset);
console.log("equal:", tensor.equals(grid.slice("::-4, ::4")));
memory.grow(1);
console.log("after the memory has grown:", tensor.get(90, 0));
