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
 * @property {boolean | null} met whether the lower end of the interval meets the goal; null without one
 */

/**
 * @typedef {(options: { tell: (line: string) => void, pairs?: number }) => Promise<Row[]>} Bench
 */

/**
 * @param {{ metric: string, peerName: string, unit: string, atMost?: number }} what `atMost` is the goal for the ratio
 * @param {readonly (readonly [ours: number, peer: number])[]} pairs
 * @returns {Row}
 */
export function toRow({ metric, peerName, unit, atMost }, pairs) {
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
    goal: atMost === undefined ? null : `ratio <= ${atMost}`,
    met: atMost === undefined ? null : interval[0] <= atMost,
  };
}

/** @param {number} value */
const round = (value) => Number(value.toPrecision(4));
