/**
 * stridebuf/ndarray: the arrays of scijs' `ndarray` and of @stdlib, and attributes for deck.gl and three.js. These count strides
 * and offsets in elements of a typed array; here they become bytes and back. No library is imported.
 */

export { assign, type NdarrayOperand } from "./assign.js";
export { type AttributeDescription, toAttribute } from "./attribute.js";
export { type FromNdarrayOptions, fromNdarray, type NdarrayData, type NdarrayLike } from "./read.js";
export { type Ndarray, toNdarray } from "./write.js";
