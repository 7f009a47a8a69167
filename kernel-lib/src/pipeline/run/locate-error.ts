import { maskKnown } from "../../lineage/known-secrets.js";
import { type CellPlace, CellPlaces } from "./cell-places.js";
import { parseFrames } from "./parse-frames.js";
import type { StepError } from "./run-document.js";
import type { RawError } from "./step-protocol.js";

/**
 * Leads an error of a step back to its cell and line: through the source map to the step's TypeScript, and there to the
 * nearest `// notebook cell N [id] line L` above. The same for a run of a notebook and for an exported project.
 * The place is that in the cell that was running, as in the notebook; a function of another cell that it called is in the stack.
 */
export function locateError(error: RawError, modulesFolder: string): StepError {
  const found = new CellPlaces(modulesFolder);
  const places: { readonly place: CellPlace; readonly functionName: string }[] = [];
  for (const frame of parseFrames(error.stack)) {
    const place = found.find(frame);
    if (place !== null) places.push({ place, functionName: frame.functionName });
  }
  const first = (places.find(({ place }) => place.cellId === error.cellId) ?? places[0])?.place;
  return {
    name: error.name,
    message: error.message,
    cellId: first?.cellId ?? error.cellId,
    line: first?.line ?? null,
    column: first?.column ?? null,
    stack: places.map(
      ({ place, functionName }) =>
        `${functionName === "" ? "" : `${functionName}, `}cell ${place.cellNumber} line ${place.line}, column ${place.column}`,
    ),
    ...(first === undefined ? {} : { codeFrame: maskKnown(first.codeFrame) }),
    ...(error.causes === undefined ? {} : { causes: error.causes }),
  };
}
