import { intervalOfMedian, median } from "./median.js";

/**
 * @typedef {object} Row
 * @property {string} metric
 * @property {number} ours median, in `unit`
 * @property {number} peer median, in `unit`
 * @property {string} peerName
 * @property {string} unit
 * @property {number} ratio ours / peer: the median of the pairs' ratios
 * @property {readonly [number, number]} interval of the ratio, 95 %
 * @property {number} pairs
 * @property {string | null} goal such as `ratio <= 1.3`
 * @property {boolean | null} met whether the better end of the interval meets the goal; null without one
 */

/**
 * @typedef {(options: { tell: (line: string) => void, pairs?: number, quick?: boolean }) => Promise<Row[]>} Bench
 */

/**
 * @param {{ metric: string, peerName: string, unit: string, atMost?: number, atLeast?: number }} what `atMost` or `atLeast` is the goal for the ratio
 * @param {readonly (readonly [ours: number, peer: number])[]} pairs
 * @returns {Row}
 */
export function toRow({ metric, peerName, unit, atMost, atLeast }, pairs) {
  const ratios = pairs.map(([ours, peer]) => ours / peer);
  const interval = intervalOfMedian(ratios);
  return {
    metric,
    ours: round(median(pairs.map(([ours]) => ours))),
    peer: round(median(pairs.map(([, peer]) => peer))),
    peerName,
    unit,
    ratio: round(median(ratios)),
    interval: [round(interval[0]), round(interval[1])],
    pairs: pairs.length,
    ...judge(interval, atMost, atLeast),
  };
}

/**
 * @param {readonly [number, number]} interval
 * @param {number | undefined} atMost
 * @param {number | undefined} atLeast
 */
function judge([low, high], atMost, atLeast) {
  if (atMost !== undefined) return { goal: `ratio <= ${atMost}`, met: low <= atMost };
  if (atLeast !== undefined) return { goal: `ratio >= ${atLeast}`, met: high >= atLeast };
  return { goal: null, met: null };
}

/** @param {number} value */
const round = (value) => Number(value.toPrecision(4));
