/** What copies and prints for the views of the main entry: plainly, until engine and printer take its place (linked.ts). */

import { plainHost } from "./view/copy-items.js";
import type { ViewHost } from "./view/host.js";

export const host: ViewHost = /* @__PURE__ */ plainHost();
