import { useState } from "react";
import type { PlanParam } from "tagline/service/api";
import { parseParam, showParam } from "../model/param-values.js";

export interface ParamsFormProps {
  readonly params: readonly PlanParam[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (values: Readonly<Record<string, unknown>>) => void;
  /** Its spoken name. */
  readonly label: string;
}

/** A typed field for each parameter, by itself or within a form. */
export function ParamsForm({ params, values, onChange, label }: ParamsFormProps): JSX.Element {
  if (params.length === 0) {
    return (
      <p className="tagline-Hint">
        This pipeline has no parameters. Write <code>const epochs = param("epochs", 40, {"{ min: 1, max: 500 }"})</code>{" "}
        in a cell tagged <b>parameters</b>.
      </p>
    );
  }
  const set = (name: string, value: unknown): void => {
    const { [name]: _old, ...rest } = values;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll
    <div className="tagline-Params" role="group" aria-label={label}>
      {params.map((param) => (
        <ParamField
          key={param.name}
          param={param}
          value={values[param.name]}
          onSet={(value) => set(param.name, value)}
        />
      ))}
    </div>
  );
}

/** A picker of days would take the time away from a moment. */
function isDay({ format, default: fallback }: PlanParam): boolean {
  return format === "date" && typeof fallback === "string" && /^\d{4}-\d{2}-\d{2}$/.test(fallback);
}

interface FieldProps {
  readonly param: PlanParam;
  /** Undefined: the default. */
  readonly value: unknown;
  readonly onSet: (value: unknown) => void;
}

function ParamField({ param, value, onSet }: FieldProps): JSX.Element {
  const shown = showParam(param, value === undefined ? param.default : value);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? shown;
  // A default that only the code can tell is shown as nothing, and nothing is no mistake.
  const { problem } = draft === null && value === undefined ? { problem: null } : parseParam(param, text);
  const id = `tagline-param-${param.name}`;
  const take = (next: string): void => {
    const result = parseParam(param, next);
    setDraft(result.problem === null ? null : next);
    if (result.problem === null) onSet(next === showParam(param, param.default) ? undefined : result.value);
  };
  const range =
    param.min !== undefined && param.max !== undefined
      ? `${param.min} to ${param.max}`
      : param.min !== undefined
        ? `at least ${param.min}`
        : param.max !== undefined
          ? `at most ${param.max}`
          : "";
  return (
    <div className="tagline-Param" data-param={param.name} data-set={value === undefined ? undefined : "true"}>
      <label htmlFor={id} title={param.name}>
        {param.name}
      </label>
      <div className="tagline-Param-input">
        {param.choices !== undefined ? (
          <select id={id} value={text} onChange={(event) => take(event.target.value)}>
            {param.choices.map((choice) => (
              <option key={showParam(param, choice)} value={showParam(param, choice)}>
                {showParam(param, choice)}
              </option>
            ))}
          </select>
        ) : param.type === "boolean" ? (
          <input
            id={id}
            type="checkbox"
            checked={text === "true"}
            onChange={(event) => take(String(event.target.checked))}
          />
        ) : param.type === "json" ? (
          <textarea
            id={id}
            rows={2}
            value={text}
            aria-invalid={problem !== null}
            onChange={(event) => take(event.target.value)}
          />
        ) : (
          <input
            id={id}
            type={param.type === "number" ? "number" : isDay(param) ? "date" : "text"}
            step="any"
            min={param.min}
            max={param.max}
            value={text}
            aria-invalid={problem !== null}
            onChange={(event) => take(event.target.value)}
          />
        )}
        {(value !== undefined || draft !== null) && (
          <button
            type="button"
            className="tagline-Link"
            title="Back to the default"
            onClick={() => {
              setDraft(null);
              onSet(undefined);
            }}
          >
            default {showParam(param, param.default)}
          </button>
        )}
      </div>
      {problem !== null ? (
        <small className="tagline-Problem" role="alert">
          {problem}
        </small>
      ) : (param.description ?? range) !== "" ? (
        <small>{[param.description, range].filter(Boolean).join(" · ")}</small>
      ) : null}
    </div>
  );
}
