/** `explainPlan`: of a plan, or of what would be planned. */

import { explain, type PlanDescription } from "./explain.js";
import type { Plan } from "./operations.js";
import type { CopyOptions } from "./options.js";
import type { Operand as Given } from "./wrap.js";

const isPlan = (value: unknown): value is Plan =>
  typeof value === "object" && value !== null && "operations" in value && "reasons" in value;

/** `explainPlan` of the public API. */
export const planExplainer =
  (planAssignment: (dst: Given, src: Given, options?: CopyOptions) => Plan) =>
  (first: Plan | Given, src?: Given, options?: CopyOptions): PlanDescription =>
    explain(isPlan(first) && src === undefined ? first : planAssignment(first as Given, src as Given, options));
