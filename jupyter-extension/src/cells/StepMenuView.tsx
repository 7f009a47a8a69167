import { useEffect, useRef, useState } from "react";
import { isStepName, type RoleKind } from "tagline/notebook";

export interface Role {
  readonly kind: RoleKind;
  readonly step: string | null;
}

export interface StepMenuViewProps {
  /** `Cell 3` or `3 cells` */
  readonly title: string;
  readonly current: Role;
  readonly steps: readonly string[];
  readonly colours: ReadonlyMap<string, string>;
  readonly onChoose: (role: Role) => void;
  readonly onClose: () => void;
}

const OTHERS: readonly { readonly kind: Exclude<RoleKind, "step">; readonly label: string; readonly about: string }[] =
  [
    { kind: "parameters", label: "parameters", about: "values that a run may set" },
    { kind: "setup", label: "setup", about: "code shared by all steps" },
    { kind: "skip", label: "skip", about: "never in the pipeline" },
    { kind: "none", label: "none", about: "exploration, left out" },
  ];

/** A field that names a step, old or new, over the list of what a cell can be. Up, Down, Enter and Escape work throughout. */
export function StepMenuView({ title, current, steps, colours, onChoose, onClose }: StepMenuViewProps): JSX.Element {
  const [text, setText] = useState("");
  const menu = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const name = text.trim();
  const problem = name !== "" && !isStepName(name) ? "A name is a letter, then letters, digits, - and _." : null;
  const matching = steps.filter((step) => step.toLowerCase().includes(name.toLowerCase()));
  const isNew = name !== "" && problem === null && !steps.includes(name);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    event.stopPropagation(); // the notebook's shortcuts listen further up
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const items = [...(menu.current?.querySelectorAll<HTMLElement>("input, button") ?? [])];
      const at = items.indexOf(document.activeElement as HTMLElement /* only compared */);
      items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]?.focus();
    }
  };
  return (
    <div className="tagline-Menu" role="menu" aria-label={`Step of ${title}`} ref={menu} onKeyDown={onKeyDown}>
      <div className="tagline-Menu-field">
        <input
          ref={field}
          type="text"
          value={text}
          placeholder={steps.length === 0 ? "Name the step, like load" : "Find or name a step"}
          aria-label="Step name"
          aria-invalid={problem !== null}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && name !== "" && problem === null) onChoose({ kind: "step", step: name });
          }}
        />
        {problem !== null && (
          <small className="tagline-Problem" role="alert">
            {problem}
          </small>
        )}
      </div>
      {isNew && (
        <Item
          label={`New step “${name}”`}
          colour={null}
          checked={false}
          onChoose={() => onChoose({ kind: "step", step: name })}
        />
      )}
      {matching.map((step) => (
        <Item
          key={step}
          label={step}
          step={step}
          colour={colours.get(step) ?? null}
          checked={current.step === step}
          onChoose={() => onChoose({ kind: "step", step })}
        />
      ))}
      <hr />
      {OTHERS.map(({ kind, label, about }) => (
        <Item
          key={kind}
          label={label}
          about={about}
          colour={null}
          checked={current.kind === kind}
          onChoose={() => onChoose({ kind, step: null })}
        />
      ))}
    </div>
  );
}

interface ItemProps {
  readonly label: string;
  readonly about?: string;
  readonly step?: string;
  readonly colour: string | null;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

function Item({ label, about, step, colour, checked, onChoose }: ItemProps): JSX.Element {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={checked}
      className="tagline-Menu-item"
      data-choice={step ?? label}
      onClick={onChoose}
    >
      <span className="tagline-Swatch" style={colour === null ? undefined : { background: colour }} />
      <span className="tagline-Menu-label">{label}</span>
      {about !== undefined && <span className="tagline-Menu-about">{about}</span>}
      <span className="tagline-Menu-check" aria-hidden="true">
        {checked ? "✓" : ""}
      </span>
    </button>
  );
}
