import type { StepView } from "../model/step-view.js";

export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 46;

export interface StepNodeProps {
  readonly view: StepView;
  readonly colour: string;
  readonly x: number;
  readonly y: number;
  readonly selected: boolean;
  readonly onSelect: (step: string) => void;
}

/** One step in the graph: a button that shows its detail and its cells. */
export function StepNode({ view, colour, x, y, selected, onSelect }: StepNodeProps): JSX.Element {
  const spoken = [`Step ${view.name}`, view.stateText, view.about, view.time].filter((part) => part !== "").join(", ");
  return (
    <button
      type="button"
      className="tagline-Node"
      data-step={view.name}
      data-state={view.state}
      data-edited={view.edited ? "true" : undefined}
      aria-pressed={selected}
      aria-label={spoken}
      title={view.about}
      style={
        {
          left: x,
          top: y,
          width: NODE_WIDTH,
          height: NODE_HEIGHT,
          "--tagline-step": colour,
        } as React.CSSProperties /* a custom property */
      }
      onClick={() => onSelect(view.name)}
    >
      <span className="tagline-Node-head">
        <span className="tagline-Node-name">{view.name}</span>
        <span className="tagline-Node-state" data-state={view.edited ? "edited" : view.state}>
          {view.state === "running" ? <span className="tagline-Dot" /> : null}
          {view.stateText}
        </span>
      </span>
      <span className="tagline-Node-foot">
        <span className="tagline-Node-about">{view.about}</span>
        <span className="tagline-Node-time">{view.time}</span>
      </span>
      {view.state === "running" && (
        <span className="tagline-Node-bar" data-known={view.fraction === null ? "false" : "true"}>
          <span style={view.fraction === null ? undefined : { width: `${view.fraction * 100}%` }} />
        </span>
      )}
    </button>
  );
}
