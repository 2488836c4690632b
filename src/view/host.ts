/**
 * What a view needs from the engine. Views are values and arithmetic; whatever moves more than one item goes through
 * this interface, so that `view/` imports nothing from `engine/` and two engines (wasm and js) can live side by side.
 */

import type { StridedView } from "./view.js";

export interface ViewHost {
  /**
   * dst[...] = src: raw bytes of the same dtype and shape, any layout (suboffsets included), as if `src` had been read
   * completely before the first write. Both views have been proven to lie inside their memory.
   */
  copy(dst: StridedView, src: StridedView): void;
}
