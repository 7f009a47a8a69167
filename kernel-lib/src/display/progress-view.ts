import { escapeHtml } from "./escape-html.js";

/** What a bar shows. */
export interface BarState {
  readonly label: string;
  readonly done: number;
  /** Null where nobody knows. */
  readonly total: number | null;
  readonly elapsedMs: number;
  readonly how: "running" | "done" | "stopped" | "failed";
}

/** Columns of the bar in text. */
const WIDTH = 20;

/** One line of text: `files  25% █████─────────────── 25/100, 12/s, 6 s left`. */
export function barLine(state: BarState): string {
  const fraction = fractionOf(state);
  const full = fraction === null ? 0 : Math.round(fraction * WIDTH);
  const bar =
    fraction === null || state.how === "done"
      ? ""
      : `${percent(fraction).padStart(4)} ${"█".repeat(full)}${"─".repeat(WIDTH - full)}`;
  return [state.label.replace(/\s+/g, " "), bar, facts(state).join(", ")].filter((part) => part !== "").join(" ");
}

const COLOURS = { running: "#1976d2", done: "#2e7d32", stopped: "#b26a00", failed: "#c62828" };

/** Not the page's own element for it: with a colour of ours that one is white on a dark page. */
const TRACK = "display:inline-block;width:200px;height:8px;border-radius:4px;overflow:hidden;background:#8884";

/** The same with a bar that is drawn. */
export function barHtml(state: BarState): string {
  const fraction = fractionOf(state);
  const value = state.how === "done" ? 1 : fraction;
  const label = escapeHtml(state.label);
  const about = [...(fraction === null || state.how === "done" ? [] : [percent(fraction)]), ...facts(state)].join(
    " · ",
  );
  const bar =
    value === null && state.how !== "running"
      ? ""
      : `<span role="progressbar" aria-label="${label || "progress"}" style="${TRACK}"><span style="width:${(100 * (value ?? 0)).toFixed(1)}%;height:8px;display:block;background:${COLOURS[state.how]}"></span></span> `;
  return [
    '<div class="tagline-progress" style="display:flex;flex-wrap:wrap;align-items:center;gap:2px 10px;font-variant-numeric:tabular-nums">',
    label === "" ? "" : `<span>${label}</span> `,
    bar,
    `<span style="opacity:.8">${about}</span></div>`,
  ].join("");
}

function facts({ done, total, elapsedMs, how }: BarState): string[] {
  const count = number(done);
  const isKnown = total !== null && done <= total;
  const of = isKnown ? `${count}/${number(total)}` : count;
  const rate = elapsedMs > 0 && done > 0 ? (done / elapsedMs) * 1000 : null;
  if (how === "done") return [`✓ ${count} in ${duration(elapsedMs)}`, ...speed(rate)];
  if (how !== "running") return [`${how === "failed" ? "✗ failed" : "stopped"} at ${of} after ${duration(elapsedMs)}`];
  if (isKnown && rate !== null) return [of, ...speed(rate), `${duration(((total - done) / rate) * 1000)} left`];
  return [of, ...speed(rate), ...(done > 0 ? [duration(elapsedMs)] : [])];
}

function fractionOf({ done, total }: BarState): number | null {
  return total === null || total === 0 || done > total ? null : done / total;
}

/** Rounded down: 100% is for what is done. */
function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`;
}

function speed(rate: number | null): string[] {
  if (rate === null) return [];
  return [rate < 0.5 ? `${duration(1000 / rate)} each` : `${short(rate)}/s`];
}

function short(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)}G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 1e4) return `${Math.round(value / 1e3)}k`;
  return value >= 10 ? number(Math.round(value)) : value.toFixed(1);
}

function number(value: number): string {
  return value.toLocaleString("en");
}

/** `340 ms`, `4.5 s`, `2 min 5 s`, `3 h 20 min`. */
function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds) / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${Math.round(seconds) % 60} s`;
  const hours = Math.round(seconds / 60) / 60;
  if (hours < 48) return `${Math.floor(hours)} h ${Math.round(seconds / 60) % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
