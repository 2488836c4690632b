/**
 * stridebuf/arrow: columns of apache-arrow and flechette, and Arrow's C data interface in another module's memory, as
 * views, and back. Neither library is imported; their objects are read by shape.
 */

export { type CDataColumn, type CDataOptions, readCData } from "./c-data.js";
export { cFormatOf, dtypeOfCFormat } from "./c-format.js";
export type { ArrowColumn, ArrowData, MemoryRange } from "./chunk.js";
export type { Nulls } from "./nulls.js";
export { type ArrowChunk, chunks, type FromArrowOptions, fromArrow } from "./read.js";
export { type ArrowField, type ArrowType, dtypeOfArrow } from "./types.js";
export { type ArrowDataDescription, type ToArrowOptions, toArrowData } from "./write.js";
