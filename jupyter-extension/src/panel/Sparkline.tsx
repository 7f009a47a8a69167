import { sparkline } from "../graph/sparkline.js";
import { formatNumber } from "../model/step-view.js";

const WIDTH = 210;
const HEIGHT = 44;

/** How a value of a fit went over the epochs, with the last value beside it. */
export function Sparkline({
  name,
  values,
  total,
}: {
  readonly name: string;
  readonly values: readonly number[];
  readonly total: number;
}): JSX.Element {
  const last = values[values.length - 1] ?? Number.NaN;
  const reach = total > 1 ? (WIDTH * Math.max(values.length - 1, 0)) / (total - 1) : WIDTH;
  return (
    <figure
      className="tagline-Sparkline"
      aria-label={`${name} over ${values.length} epochs, now ${formatNumber(last)}`}
    >
      <svg width={WIDTH} height={HEIGHT + 4} aria-hidden="true">
        <line x1="0" x2={WIDTH} y1={HEIGHT + 3} y2={HEIGHT + 3} />
        <polyline points={sparkline(values, Math.max(reach, 1), HEIGHT - 4)} transform="translate(0 3)" />
      </svg>
      <figcaption>
        {name} {formatNumber(last)}
      </figcaption>
    </figure>
  );
}
