/** The part of the public API that no backend has a hand in: dtypes, the registry, slices and errors. */

export type {
  BlockCodec,
  ByteOrder,
  CustomInfo,
  DType,
  DTypeField,
  DTypeKind,
  ItemCodec,
  WasmCodec,
} from "./dtype/dtype.js";
export { dtypes } from "./dtype/dtypes.js";
export { arrayDType } from "./dtype/make.js";
export {
  type DLPackName,
  dtypeFromName,
  dtypeNames,
  fromName,
  type NameSystem,
  type SystemNames,
  toName,
  type ZarrName,
} from "./dtype/names/names.js";
export { dtypeFromNumpyDescr, type NumpyDescr, type NumpyField, numpyDescr } from "./dtype/names/numpy-descr.js";
export { structFormat } from "./dtype/names/struct-format.js";
export { withByteOrder } from "./dtype/order.js";
export { type DTypeOptions, dtype, type FormatReading, readFormat } from "./dtype/read.js";
export { type StructField, type StructOptions, structDType } from "./dtype/records.js";
export { DTypeRegistry, registerDType, unregisterDType } from "./dtype/registry.js";
export type { DTypeResolver, ResolveContext, ResolvedDType } from "./dtype/resolver.js";
export { type BodyPattern, customNames, isCustom, matching } from "./dtype/resolver.js";
export type { TypedArray } from "./dtype/typed-arrays.js";
export { portableFormat } from "./dtype/value.js";
export type { ConvertOutput } from "./engine/convert.js";
export type { EmptyOptions, MemoryOptions } from "./engine/empty.js";
export type { ContiguousOutput, CopyOptions, FillOptions } from "./engine/engine.js";
export type { LoopAxis, OperationDescription, PlanDescription } from "./engine/explain.js";
export type { Operation, Plan } from "./engine/operations.js";
export type { Factor } from "./engine/options.js";
export type { ResidentView } from "./engine/owned.js";
export { type OutputPool, type OutputPoolOptions, outputPool } from "./engine/pool.js";
export type { Operand } from "./engine/wrap.js";
export { type ErrorFields, type ErrorTag, isStridebufError } from "./errors.js";
export type { Abi } from "./format/abi.js";
export { customFormat } from "./format/bracket.js";
export type { Dialect } from "./format/choice.js";
export type { ItemOf } from "./format/infer.js";
export type { DTypeName } from "./format/named-items.js";
export type { ViewFunction, ViewOptions, ViewSource } from "./view/create.js";
export { describe, type ViewDescription } from "./view/describe.js";
export type { TextEncoding } from "./view/encoding.js";
export type { JSONValue } from "./view/json.js";
export type { LentView } from "./view/lent.js";
export { ellipsis, newaxis, type Slice, slice } from "./view/slices.js";
export type { SourceWindow } from "./view/source.js";
export type { Complex, NestedArray, RecordValue, Value } from "./view/values.js";
export type { StridedView } from "./view/view.js";
