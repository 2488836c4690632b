/** The module of `stridebuf` over memory that several threads have: the same code, whose import says "shared". */

const NAMES = [3, ...bytesOf("env"), 6, ...bytesOf("memory")];
/** The import section as the build leaves it, up to the least pages: one memory, `env.memory`, without limits above. */
const IMPORT = [2, 15, 1, ...NAMES, 2, 0];
/** The same of a shared memory. Its most follows the least: 65536 pages, as LEB128. */
const SHARED = [2, 18, 1, ...NAMES, 2, 3];
const MOST = [0x80, 0x80, 4];

function bytesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * The binary with its import section replaced (WebAssembly core specification, 5.5.5 and 5.3.8).
 *
 * @throws Error when there is no such section, which only a changed build can bring about
 */
export function sharedBinary(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = binary.findIndex((_, i) => IMPORT.every((byte, k) => binary[i + k] === byte));
  if (at < 0) throw new Error("the module imports its memory otherwise than expected");
  const least = at + IMPORT.length;
  const parts = [binary.subarray(0, at), SHARED, binary.subarray(least, least + 1), MOST, binary.subarray(least + 1)];
  const shared = new Uint8Array(binary.length + MOST.length);
  let end = 0;
  for (const part of parts) {
    shared.set(part, end);
    end += part.length;
  }
  return shared;
}
