/**
 * The public functions over one backend. Nothing here or below depends on which one: the package's main entry makes an
 * API over Wasm, `stridebuf/js` one over plain TypeScript, and both can live side by side.
 */

import type { Backend } from "./backend/backend.js";
import type { DType } from "./dtype/dtype.js";
import { dtype } from "./dtype/read.js";
import type { ConvertOutput } from "./engine/convert.js";
import type { EmptyOptions } from "./engine/empty.js";
import type { ContiguousOutput, CopyOptions, Engine, FillOptions } from "./engine/engine.js";
import * as engines from "./engine/engine.js";
import type { PlanDescription } from "./engine/explain.js";
import type { Plan } from "./engine/operations.js";
import type { ResidentView } from "./engine/owned.js";
import { planExplainer } from "./engine/plan-explainer.js";
import type { OutputPool } from "./engine/pool.js";
import type { Operand } from "./engine/wrap.js";
import type { ArraysOf, CheckedFormat, ItemOf } from "./format/infer.js";
import type { DTypeName } from "./format/named-items.js";
import { createArray } from "./view/array.js";
import { createView, type ViewFunction } from "./view/create.js";
import { createFromDescription, type ViewDescription } from "./view/describe.js";
import type { ViewHost } from "./view/host.js";
import type { Arrays, InferredListView, ListView, RankOf } from "./view/known.js";
import type { Value } from "./view/values.js";
import type { StridedView } from "./view/view.js";

/** Options by which a view has memory of its own to give back. */
type Owned = { readonly resident: true } | { readonly pool: OutputPool };

/** The signatures of the functions; the package's exports say what they do. */
export interface Api {
  /** As `backend` of `stridebuf`. */
  readonly backend: { readonly name: "wasm" | "js"; readonly reason?: string | undefined };
  /** As `view` of `stridebuf`. */
  readonly view: ViewFunction;
  /** As `empty` of `stridebuf`. */
  empty<const Shape extends readonly number[], const Format extends DTypeName | (string & {}) = string>(
    shape: Shape,
    format: CheckedFormat<Format> | DTypeName | DType,
    options: EmptyOptions & Owned,
  ): ResidentView<ItemOf<Format, Value>, Shape["length"], ArraysOf<Format, Arrays>>;
  /** As `empty` of `stridebuf`. */
  empty<const Shape extends readonly number[], const Format extends DTypeName | (string & {}) = string>(
    shape: Shape,
    format: CheckedFormat<Format> | DTypeName | DType,
    options?: EmptyOptions,
  ): StridedView<ItemOf<Format, Value>, Shape["length"], ArraysOf<Format, Arrays>>;
  /** As `copy` of `stridebuf`. */
  copy(dst: Operand, src: Operand | Value, options?: CopyOptions): void;
  /** As `fill` of `stridebuf`. */
  fill(view: Operand, value: Value, options?: FillOptions): void;
  /** As `convert` of `stridebuf`. */
  convert<Out extends StridedView, const Format extends DTypeName | (string & {}) = string>(
    src: Operand,
    format: CheckedFormat<Format> | DTypeName | DType,
    options: CopyOptions & ConvertOutput & { readonly out: Out },
  ): Out;
  /** As `convert` of `stridebuf`. */
  convert<const Source extends Operand, const Format extends DTypeName | (string & {}) = string>(
    src: Source,
    format: CheckedFormat<Format> | DTypeName | DType,
    options: CopyOptions & ConvertOutput & Owned,
  ): ResidentView<ItemOf<Format, Value>, RankOf<Source>, ArraysOf<Format, Arrays>>;
  /** As `convert` of `stridebuf`. */
  convert<const Source extends Operand, const Format extends DTypeName | (string & {}) = string>(
    src: Source,
    format: CheckedFormat<Format> | DTypeName | DType,
    options?: CopyOptions & ConvertOutput,
  ): StridedView<ItemOf<Format, Value>, RankOf<Source>, ArraysOf<Format, Arrays>>;
  /** As `contiguous` of `stridebuf`. */
  contiguous<Item, Rank extends number, Values>(
    src: StridedView<Item, Rank, Values>,
    order?: "C" | "F",
    options?: ContiguousOutput,
  ): StridedView<Item, Rank, Values>;
  /** As `byteswap` of `stridebuf`. */
  byteswap(target: Operand): void;
  /** As `planAssignment` of `stridebuf`. */
  planAssignment(dst: Operand, src: Operand, options?: CopyOptions): Plan;
  /** As `explainPlan` of `stridebuf`. */
  explainPlan(plan: Plan): PlanDescription;
  /** As `explainPlan` of `stridebuf`. */
  explainPlan(dst: Operand, src: Operand, options?: CopyOptions): PlanDescription;
  /** As `array` of `stridebuf`. */
  array<Nested, const Format extends DTypeName | (string & {}) = string>(
    nested: Nested,
    format: CheckedFormat<Format> | DTypeName | DType,
  ): ListView<Nested, Format>;
  /** As `array` of `stridebuf`. */
  array<Nested>(nested: Nested, format?: undefined): InferredListView<Nested>;
  /** As `fromDescription` of `stridebuf`. */
  fromDescription(description: ViewDescription): StridedView;
  /** As `areContiguous` of `stridebuf`. */
  areContiguous(views: readonly StridedView[]): boolean[];
  /** @internal */
  readonly engine: Engine;
}

/** What is said of a backend, which is not asked for before somebody wants to know. */
export const describeBackend = (backend: () => Backend): Api["backend"] =>
  Object.freeze({
    get name() {
      return backend().name;
    },
    get reason() {
      return backend().reason;
    },
  });

/**
 * For each view whether it is C-contiguous, in one call for all.
 *
 * @example
 * areContiguous([empty([2, 3], "f"), empty([2, 3], "f").transpose()]); // [true, false]
 */
export const areContiguous: Api["areContiguous"] = (views) => views.map((view) => view.isContiguous());

/** The public API over `backend`; views of `host` are then copied by it. */
export function createApi(backend: Backend, host?: ViewHost): Api {
  const engine = engines.createEngine(backend, host);
  const view = createView(engine.host);
  const planAssignment: Api["planAssignment"] = (dst, src, options) =>
    engines.planAssignment(engine, dst, src, options);
  return {
    backend: describeBackend(() => backend),
    view,
    array: createArray(view) as Api["array"],
    fromDescription: createFromDescription(view),
    empty: ((shape: readonly number[], format: string | DType, options?: EmptyOptions) =>
      engines.empty(
        engine,
        shape,
        dtype(format),
        options,
        typeof format === "string" ? format : undefined,
      )) as Api["empty"],
    copy: (dst, src, options) => engines.copy(engine, dst, src, options),
    fill: (target, value, options) => engines.fill(engine, target, value, options),
    convert: ((src: Operand, format: string | DType, options?: CopyOptions & ConvertOutput) =>
      engines.convert(engine, src, format, options)) as Api["convert"],
    contiguous: ((src: StridedView, order?: "C" | "F", options?: ContiguousOutput) =>
      engines.contiguous(engine, src, order, options)) as Api["contiguous"],
    byteswap: (target) => engines.byteswap(engine, target),
    planAssignment,
    explainPlan: planExplainer(planAssignment),
    areContiguous,
    engine,
  };
}
