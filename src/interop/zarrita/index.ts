/** stridebuf/zarrita: arrays of every dtype through zarrita, as views, without importing it. */

export type { ZarrArray, ZarrChunk } from "./chunk.js";
export { type CodecRegistry, registerCodecs } from "./codecs.js";
export { type GetViewOptions, getView } from "./get-view.js";
export type { Range, Selection } from "./selection.js";
export { withDTypes, type ZarrStore } from "./store.js";
