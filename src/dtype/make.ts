/**
 * The constructors of dtypes: everything that makes one, parser and file readers included, goes through these, so the
 * facts of each kind are stated once. Equal arguments give the same object.
 */

export { arrayDType, structDType } from "./composites.js";
export {
  bytesDType,
  charDType,
  complexDType,
  datetimeDType,
  datetimeUnits,
  objectDType,
  pascalDType,
  pointerDType,
  referenceDType,
  scalarDType,
  textDType,
  voidDType,
} from "./leaves.js";
export { type Endian, withByteOrder } from "./order.js";
