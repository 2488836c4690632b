/**
 * The backend over the Wasm module, which is compiled when a loop is first large enough for it, or somebody asks for its memory or whether
 * there is one. Where compiling is refused the other backend stands in.
 */

import type { Backend, ChosenMove, ChosenTransform } from "../backend.js";
import { createJsBackend } from "../js/backend.js";
import { proveTwins, transformJs } from "../js/transform.js";
import { moveHere } from "../platform.js";
import { chooseMove, chooseTransform } from "./choose.js";
import { loadModule } from "./load.js";
import type { ModuleRunner } from "./run.js";

/** Whether a loop runs without the module, whoever is fastest. */
function isOutside({ executor, rivals }: Pick<ChosenMove | ChosenTransform, "executor" | "rivals">): boolean {
  return (
    (executor === "js" || executor === "platform" || executor === "none") &&
    (rivals === undefined || rivals.length === 0)
  );
}

/** @param load - the module, or why there is none; asked once */
export function createWasmBackend(load: () => ModuleRunner | { readonly reason: string } = loadModule): Backend {
  let module: ModuleRunner | undefined;
  let standIn: Backend | undefined;

  /** Whether there is a module, which is found out now. */
  function isReady(): boolean {
    if (module === undefined && standIn === undefined) {
      const loaded = load();
      if ("reason" in loaded) standIn = createJsBackend(loaded.reason);
      else module = loaded;
    }
    return module !== undefined;
  }

  return {
    get name() {
      return isReady() ? "wasm" : "js";
    },
    get reason() {
      return isReady() ? undefined : standIn!.reason;
    },
    isResident: (buffer) => (module === undefined ? standIn !== undefined : module.isResident(buffer)),
    chooseMove(move, overlap, placement) {
      if (standIn === undefined) {
        const choice = chooseMove(move, overlap, placement);
        const [executor, , ...rivals] = choice;
        if (isOutside({ executor, rivals }) || isReady()) return choice;
      }
      return standIn!.chooseMove(move, overlap, placement);
    },
    chooseTransform(transform, conversion, placement) {
      const canTransform = (): boolean => isReady() && module!.canTransform(conversion);
      const choice =
        standIn === undefined ? chooseTransform(transform, conversion, placement, canTransform) : undefined;
      // Asking for kernels may have found that there are none.
      if (choice === undefined || standIn !== undefined)
        return standIn!.chooseTransform(transform, conversion, placement);
      if (choice[0] === "js" || choice[0] === "platform") proveTwins(conversion);
      return choice;
    },
    move(dst, src, chosen) {
      if (isOutside(chosen)) moveHere(dst, src, chosen);
      else module!.move(dst, src, chosen);
    },
    transform(dst, src, chosen, conversion) {
      const { executor, loop } = chosen;
      if (isOutside(chosen)) transformJs(dst, src, loop, conversion, executor === "platform" ? executor : "js");
      else module!.transform(dst, src, chosen, conversion);
    },
    reignOf: (chosen) => module?.reignOf(chosen),
    get areContiguous() {
      return isReady() ? module!.areContiguous : undefined;
    },
    allocate: (nbytes, zeroed) => (isReady() ? module! : standIn!).allocate(nbytes, zeroed),
  };
}
