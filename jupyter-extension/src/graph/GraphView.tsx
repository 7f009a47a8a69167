import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Plan } from "tagline/service/api";
import type { StepView } from "../model/step-view.js";
import { edgeLabel, edgeTitle, isAlone } from "./edge-label.js";
import { layoutGraph } from "./layout.js";
import { NODE_HEIGHT, NODE_WIDTH, StepNode } from "./StepNode.js";

export interface GraphViewProps {
  readonly plan: Plan;
  readonly views: ReadonlyMap<string, StepView>;
  readonly colours: ReadonlyMap<string, string>;
  readonly selected: string | null;
  readonly onSelect: (step: string) => void;
}

const PADDING = 14;
const MIN_FIT = 0.7;
const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25, 1.5];

/** The plan drawn top down: HTML nodes over SVG edges, fitted to the panel's width unless the person zooms. */
export function GraphView({ plan, views, colours, selected, onSelect }: GraphViewProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const available = useWidth(scroller);
  const [zoom, setZoom] = useState<number | null>(null);
  const layout = useMemo(() => {
    const edges = plan.edges.map((edge) => ({
      from: edge.from,
      to: edge.to,
      label: edgeLabel(plan, edge, isAlone(plan, edge)),
    }));
    return layoutGraph(
      plan.steps.map((step) => ({ id: step.name })),
      edges,
      { nodeWidth: NODE_WIDTH, nodeHeight: NODE_HEIGHT },
    );
  }, [plan]);
  const fit =
    available === 0 ? 1 : Math.max(MIN_FIT, Math.min(1, (available - 2 * PADDING) / Math.max(layout.width, 1)));
  const scale = zoom ?? fit;
  const width = layout.width * scale + 2 * PADDING;
  const left = Math.max(PADDING, (available - layout.width * scale) / 2);
  const step = (direction: 1 | -1): void => {
    const next =
      direction > 0
        ? ZOOMS.find((value) => value > scale + 0.01)
        : [...ZOOMS].reverse().find((value) => value < scale - 0.01);
    if (next !== undefined) setZoom(next);
  };
  const place = selected === null ? undefined : layout.nodes.get(selected);
  useKeptInView(scroller, place === undefined ? null : PADDING + place.y * scale, NODE_HEIGHT * scale);
  const titles = new Map(plan.edges.map((edge) => [`${edge.from} ${edge.to}`, edgeTitle(plan, edge)]));
  return (
    <div className="tagline-Graph">
      <div className="tagline-Graph-scroller" ref={scroller}>
        <div
          className="tagline-Graph-canvas"
          style={{ width: Math.max(width, 1), height: layout.height * scale + 2 * PADDING }}
        >
          <div
            className="tagline-Graph-scaled"
            style={{ left, top: PADDING, width: layout.width, height: layout.height, transform: `scale(${scale})` }}
          >
            <svg width={layout.width} height={layout.height} aria-hidden="true">
              {layout.edges.map((edge) => (
                <g
                  key={`${edge.from} ${edge.to}`}
                  className="tagline-Edge"
                  data-edge={`${edge.from} ${edge.to}`}
                  data-order={edge.label === "" && !edge.closes ? "true" : undefined}
                  data-closes={edge.closes ? "true" : undefined}
                  data-lit={selected === edge.from || selected === edge.to ? "true" : undefined}
                >
                  <title>{titles.get(`${edge.from} ${edge.to}`)}</title>
                  <path d={edge.path} />
                  {edge.label !== "" && (
                    <text x={edge.labelX} y={edge.labelY} textAnchor={edge.labelAnchor} dominantBaseline="central">
                      {edge.label}
                    </text>
                  )}
                </g>
              ))}
            </svg>
            {plan.steps.map(({ name }) => {
              const place = layout.nodes.get(name);
              const view = views.get(name);
              return place === undefined || view === undefined ? null : (
                <StepNode
                  key={name}
                  view={view}
                  colour={colours.get(name) ?? "currentColor"}
                  x={place.x}
                  y={place.y}
                  selected={selected === name}
                  onSelect={onSelect}
                />
              );
            })}
          </div>
        </div>
      </div>
      {(zoom !== null || fit < 1 || layout.height > 600) && (
        <div className="tagline-Graph-zoom">
          <button type="button" title="Smaller" aria-label="Smaller" onClick={() => step(-1)}>
            −
          </button>
          <button
            type="button"
            title="Fit to the panel"
            aria-label="Fit to the panel"
            onClick={() => setZoom(null)}
            disabled={zoom === null}
          >
            fit
          </button>
          <button type="button" title="Larger" aria-label="Larger" onClick={() => step(1)}>
            +
          </button>
        </div>
      )}
    </div>
  );
}

/** Scrolls a height range into view when it changes, and when the box becomes smaller (a detail opens below). */
function useKeptInView(ref: React.RefObject<HTMLElement>, top: number | null, height: number): void {
  useEffect(() => {
    const box = ref.current;
    if (box === null || top === null) return;
    const keep = (): void => {
      const margin = PADDING / 2;
      if (top < box.scrollTop) box.scrollTop = top - margin;
      else if (top + height > box.scrollTop + box.clientHeight)
        box.scrollTop = top + height - box.clientHeight + margin;
    };
    const observer = new ResizeObserver(keep);
    observer.observe(box); // calls at once, too
    return () => observer.disconnect();
  }, [ref, top, height]);
}

function useWidth(ref: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
