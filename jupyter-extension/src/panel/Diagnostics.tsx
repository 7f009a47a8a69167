import type { Fix } from "tagline/service/api";
import type { Problem } from "../model/problems.js";

export interface DiagnosticsProps {
  readonly problems: readonly Problem[];
  readonly onJump: (cellId: string, line: number | null) => void;
  readonly onFix: (fix: Fix) => void;
}

const SIGNS = { error: "✕", warning: "▲", info: "i" } as const;

/** What is wrong or doubtful, each a way to its cell. */
export function Diagnostics({ problems, onJump, onFix }: DiagnosticsProps): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <ul className="tagline-Diagnostics" aria-label="Diagnostics">
      {problems.map((problem) => (
        <li key={problem.key} data-code={problem.code} data-severity={problem.severity}>
          <button
            type="button"
            className="tagline-Diagnostic"
            disabled={problem.cellId === null}
            onClick={() => problem.cellId !== null && onJump(problem.cellId, problem.line)}
          >
            <span className="tagline-Sign" role="img" aria-label={problem.severity}>
              {SIGNS[problem.severity]}
            </span>
            <span className="tagline-Diagnostic-text">
              {problem.message}
              <span className="tagline-Diagnostic-place">
                {[problem.code, problem.place].filter(Boolean).join(" · ")}
              </span>
            </span>
          </button>
          {problem.fix !== undefined && (
            <button
              type="button"
              className="tagline-Button tagline-Fix"
              onClick={() => problem.fix !== undefined && onFix(problem.fix)}
            >
              {problem.fix.title}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
