/**
 * stridebuf/ndarray: the arrays of scijs' `ndarray` and of @stdlib, and attributes for deck.gl and three.js. These count strides
 * and offsets in elements of a typed array; here they become bytes and back. No library is imported.
 */

export { type AttributeDescription, toAttribute } from "./attribute.js";
export {
  assign,
  type FromNdarrayOptions,
  fromNdarray,
  type NdarrayData,
  type NdarrayLike,
  type NdarrayOperand,
} from "./read.js";
export { type Ndarray, toNdarray } from "./write.js";
