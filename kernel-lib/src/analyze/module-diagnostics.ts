import type TS from "typescript";
import { resolveModule } from "./resolve-module.js";

/** Cannot find a module, or its types. */
const notFound = new Set([2307, 2792, 7016]);

/**
 * TypeScript looks for types, Node for code. A module without types may run (null: nothing is wrong with it); where
 * there is no code either, the message says what to install. `import("x")` is left to fail when it runs. Other diagnostics stay as they are.
 */
export function explainModule(diagnostic: TS.Diagnostic, text: string, folder: string): TS.Diagnostic | null {
  if (!notFound.has(diagnostic.code)) return diagnostic;
  const start = diagnostic.start ?? 0;
  const specifier = text.slice(start, start + (diagnostic.length ?? 0)).replace(/^["'`]|["'`]$/g, "");
  try {
    resolveModule(specifier, folder);
    return null;
  } catch (error) {
    // The cell may well catch it, and else says the same when it comes there.
    if (/\b(?:import|require)\s*\(\s*$/.test(text.slice(0, start))) return null;
    return { ...diagnostic, messageText: error instanceof Error ? error.message : String(error) };
  }
}
