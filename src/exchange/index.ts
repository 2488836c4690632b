/**
 * The `ndbuffer` contract alone (docs/ndbuffer.md): how one library hands typed, strided memory to another. Depends on
 * nothing, also not on the rest of this package.
 */

export { acquire, acquireChunks } from "./acquire.js";
export { check } from "./check.js";
export {
  NDBUFFER,
  NDBUFFER_CHUNKS,
  type NDBuffer,
  type NDChunkExporter,
  type NDExporter,
  type NDRequest,
} from "./ndbuffer.js";
