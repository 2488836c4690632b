/** `[stridebuf:NAME]`: what other ABIs have and the default one has no letter for, so that every dtype has a format. */

import { objectDType, pointerDType } from "../leaves.js";
import { type Row, tableResolver } from "./rows.js";

export const stridebuf = /* @__PURE__ */ tableResolver(
  new Map<string, Row>([
    ["float80x12", "float80x12"],
    ["float80x16", "float80x16"],
    ["pointer32", ({ littleEndian }) => pointerDType(4, littleEndian ? "little" : "big")],
    ["object32", () => objectDType(4)],
  ]),
);
