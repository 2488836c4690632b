/** The engines that the view suites run over. */
import { createView } from "../../src/view/create.js";
import { offsetsOf } from "../../src/view/offsets.js";
import { forEachPiecePair } from "../../src/view/pieces.js";
import type { StridedView } from "../../src/view/view.js";

function plainCopy(dst: StridedView, src: StridedView): void {
  const items = [...offsetsOf(src)].map((o) => new Uint8Array(src.buffer, o, src.itemsize).slice());
  const to = [...offsetsOf(dst)];
  items.forEach((item, i) => {
    new Uint8Array(dst.buffer, to[i]!, item.length).set(item);
  });
}

const host = {
  copy(dst: StridedView, src: StridedView): void {
    if (dst.suboffsets === null && src.suboffsets === null) plainCopy(dst, src);
    else forEachPiecePair(dst, src, plainCopy);
  },
};

export const apis = [{ name: "plain", view: createView(host), host }];
