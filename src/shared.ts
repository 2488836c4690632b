/** The part of the public API that no backend has a hand in: dtypes, the registry, slices and errors. */

export type { ByteOrder, CustomInfo, DType, DTypeField, DTypeKind, ItemCodec } from "./dtype/dtype.js";
export { dtypes } from "./dtype/dtypes.js";
export { type DTypeOptions, dtype } from "./dtype/read.js";
export { DTypeRegistry, registerDType, unregisterDType } from "./dtype/registry.js";
export type { DTypeResolver, ResolveContext, ResolvedDType } from "./dtype/resolver.js";
export type { ConvertOutput } from "./engine/convert.js";
export type { EmptyOptions, ResidentView } from "./engine/empty.js";
export type { CopyOptions } from "./engine/engine.js";
export type { PlanDescription } from "./engine/explain.js";
export type { TypedArray } from "./engine/wrap.js";
export { type ErrorFields, type ErrorTag, isStridebufError } from "./errors.js";
export type { Abi } from "./format/abi.js";
export type { Dialect } from "./format/choose.js";
export type { ViewFunction, ViewOptions, ViewSource } from "./view/create.js";
export { ellipsis, newaxis, type Slice, slice } from "./view/slices.js";
export type { Complex, NestedArray, RecordValue, Value } from "./view/values.js";
export type { StridedView } from "./view/view.js";
