import { stridebuf } from "../lib/load.mjs";
import { ours } from "./ours.mjs";

export async function variants(spec, data) {
  const api = await stridebuf("js.js");
  if (api.backend.name !== "js") throw new Error("the js backend is not active");
  return [ours(api, "js backend", "staged", spec, data)];
}
