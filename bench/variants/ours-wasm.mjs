import { stridebuf } from "../lib/load.mjs";
import { ours } from "./ours.mjs";

export async function variants(spec, data) {
  const api = await stridebuf("index.js");
  if (api.backend.name !== "wasm") throw new Error(`the wasm backend is not active: ${api.backend.reason}`);
  return [ours(api, "wasm resident", "resident", spec, data), ours(api, "wasm staged", "staged", spec, data)];
}
