/** What copies for the views of the main entry: item by item, until the engine takes its place (linked.ts). */

import { plainHost } from "./view/copy-items.js";
import type { ViewHost } from "./view/host.js";

export const host: ViewHost = /* @__PURE__ */ plainHost();
