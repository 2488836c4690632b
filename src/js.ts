/** The API of `stridebuf` with the plain TypeScript backend, whatever the platform allows. */

import { type Api, createApi } from "./api.js";
import { createJsBackend } from "./backend/js/backend.js";

export * from "./shared.js";

const api = createApi(createJsBackend());

export const areContiguous: Api["areContiguous"] = api.areContiguous;
export const array: Api["array"] = api.array;
export const backend: Api["backend"] = api.backend;
export const byteswap: Api["byteswap"] = api.byteswap;
export const contiguous: Api["contiguous"] = api.contiguous;
export const convert: Api["convert"] = api.convert;
export const copy: Api["copy"] = api.copy;
export const empty: Api["empty"] = api.empty;
export const explainPlan: Api["explainPlan"] = api.explainPlan;
export const fill: Api["fill"] = api.fill;
export const fromDescription: Api["fromDescription"] = api.fromDescription;
export const planAssignment: Api["planAssignment"] = api.planAssignment;
export const view: Api["view"] = api.view;
