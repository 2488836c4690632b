/**
 * Prints a kernel of the built module as text, and its size: `npm run kernel NAME`. Without a name, or with one that is none, the names
 * and sizes of all, largest first.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";

const name = process.argv[2];
const binary = readFileSync(fileURLToPath(new URL("../build/stridebuf.wasm", import.meta.url)));
binaryen.setDebugInfo(true);
const module = binaryen.readBinary(binary);
module.setFeatures(binaryen.Features.All);

/** What is exported under which name, and which function that is. */
const exported = new Map();
for (let i = 0; i < module.getNumExports(); i++) {
  const info = binaryen.getExportInfo(module.getExportByIndex(i));
  if (info.kind === binaryen.ExternalFunction) exported.set(info.name, info.value);
}

/** Bytes of a function's body: of a module with it less those of one without a body. */
function sizes() {
  const found = new Map();
  let at = 8;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  while (at < binary.length) {
    const section = binary[at++];
    const end = leb() + at;
    if (section === 10) {
      const count = leb();
      for (let i = 0; i < count; i++) {
        const size = leb();
        found.set(i, size);
        at += size;
      }
    }
    at = end;
  }
  return found;
}

const bodies = sizes();
/** Functions in the order of the binary: those with a body, imports left out. */
const defined = [];
for (let i = 0; i < module.getNumFunctions(); i++) {
  const info = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
  if (info.base === "" || info.base === undefined || info.base === null) defined.push(info.name);
}
const sizeOf = (kernel) => bodies.get(defined.indexOf(exported.get(kernel)));

if (exported.has(name)) {
  const found = module.getFunction(exported.get(name));
  const text = module.emitText();
  const { name: inner } = binaryen.getFunctionInfo(found);
  const start = text.indexOf(`\n (func $${inner}`);
  const end = text.indexOf("\n )", start) + 3;
  console.log(text.slice(start + 1, end));
  console.log(`;; ${name}: ${sizeOf(name)} bytes`);
} else {
  if (name !== undefined) console.error(`no kernel ${name}; there are:`);
  for (const kernel of [...exported.keys()].sort((a, b) => sizeOf(b) - sizeOf(a)))
    console.log(`${String(sizeOf(kernel)).padStart(6)}  ${kernel}`);
  process.exitCode = name === undefined ? 0 : 1;
}
