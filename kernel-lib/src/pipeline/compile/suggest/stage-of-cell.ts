import type { CellLook } from "./look-at-cells.js";

/** The stages that most notebooks go through; steps are named after them. */
export const STAGES = [
  "load",
  "clean",
  "features",
  "split",
  "train",
  "evaluate",
  "plot",
  "save",
  "model",
  "summarize",
] as const;
export type Stage = (typeof STAGES)[number];

/** Words of headings, comments, functions and variables, for each stage; the first that fits counts. */
const WORDS: readonly (readonly [Stage, RegExp])[] = [
  ["split", /^(?:split|splits|splitting|holdout|fold|folds|partition)$/],
  [
    "evaluate",
    /^(?:evaluate|evaluating|evaluation|eval|score|scores|scoring|metric|metrics|accuracy|rmse|mae|mse|confusion|validate|validation|assess|performance|error|errors|test)$/,
  ],
  ["train", /^(?:train|training|fit|fitting|learn|learning|regression|classifier|optimi[sz]e|optimi[sz]ation)$/],
  [
    "clean",
    /^(?:clean|cleans|cleaned|cleaning|tidy|wrangle|wrangling|dedupe|deduplicate|dedup|impute|imputation|missing|sanitize|filter|filtering|drop|preprocess|preprocessing|normalize|normalise)$/,
  ],
  [
    "features",
    /^(?:feature|features|featurize|engineer|engineering|encode|encoding|scale|scaling|transform|transformation|derive|embed|embedding|vectorize|prepare|preparation)$/,
  ],
  ["load", /^(?:load|loads|loading|loader|read|reading|fetch|import|importing|ingest|download|query|extract|raw)$/],
  [
    "plot",
    /^(?:plot|plots|plotting|chart|charts|visuali[sz]e|visuali[sz]ation|visuali[sz]ing|figure|figures|graph|graphs|draw|drawing)$/,
  ],
  ["save", /^(?:save|saving|write|writing|export|exporting|store|persist|output|upload)$/],
  ["model", /^(?:register|deploy|serve|publish)$/],
  ["summarize", /^(?:summari[sz]e|summary|aggregate|aggregation|group|rollup|report|statistics|stats|describe)$/],
];

/** Headings such as "The data": nothing but that. */
const DATA = /^(?:the|our|my|raw|input|data|dataset|datasets|source|sources|files?)$/;

/** Lower-case words of a heading, or of a name in any case. */
export function wordsOf(text: string): string[] {
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/** The stage that a text speaks of, or null. A verb at its beginning tells more than a noun further on. */
export function stageOfText(text: string): Stage | null {
  const words = wordsOf(text);
  if (/^(?:train\w*|test\w*)(?: \w+)?(?: and)? (?:test|train)/.test(words.join(" "))) return "split";
  const find = (candidates: readonly string[]): Stage | null => {
    for (const [stage, pattern] of WORDS) if (candidates.some((word) => pattern.test(word))) return stage;
    return null;
  };
  return (
    find(words.slice(0, 1)) ??
    find(words) ??
    (words.length > 0 && words.every((word) => DATA.test(word)) ? "load" : null)
  );
}

const CALLS: readonly (readonly [Stage, RegExp, weight: number])[] = [
  ["train", /\.(?:fit|fitDataset|trainOnBatch|minimize|applyGradients)$|^tf\.(?:sequential|model|train\.\w+)$/, 6],
  [
    "load",
    /(?:readFile|readFileSync|loadCSV|loadJSON|loadArrow|fromCSV|fromArrow|fromJSON|createReadStream|\.query|csvParse|parse)$|^fetch$/,
    3,
  ],
  ["split", /(?:split|shuffle|sample)\w*$/i, 2],
  ["evaluate", /\.(?:predict|evaluate)$/, 3],
  [
    "features",
    /\.(?:derive|impute|oneHot|transform|toTensor)$|^tf\.(?:tensor\w*|oneHot)$|(?:[eE]ncode|[sS]cale|[sS]tandardi[sz]e)\w*$/,
    2,
  ],
  ["clean", /\.(?:filter|dedupe|dropna|fillna|trim)$/, 1],
  ["summarize", /\.(?:groupby|rollup|pivot|count)$/, 1],
];

/** What a cell mostly does; null where nothing tells. */
export function stageOfCell(look: CellLook): Stage | null {
  const weights = new Map<Stage, number>();
  const add = (stage: Stage | null, weight: number): void => {
    if (stage !== null) weights.set(stage, (weights.get(stage) ?? 0) + weight);
  };
  const { kinds, calls, cell, declared, survey } = look;
  if (kinds.has("read") || kinds.has("network") || kinds.has("database")) add("load", 4);
  if (kinds.has("metric") || cell.facts.metrics.length > 0) add("evaluate", 8);
  if (kinds.has("model")) add("model", 9);
  if (kinds.has("write")) add(survey.charts.length > 0 ? "plot" : "save", 5);
  const own = calls.filter((call) => call.own);
  for (const [stage, pattern, weight] of CALLS)
    if (own.some(({ call }) => pattern.test(call.callee))) add(stage, weight);
  // A function of the notebook: its name says what it does.
  for (const { call, from } of own) if (from === null && /^\w+$/.test(call.callee)) add(stageOfText(call.callee), 3);
  for (const name of declared) add(stageOfText(name), 2);
  const best = [...weights].sort((a, b) => b[1] - a[1] || STAGES.indexOf(a[0]) - STAGES.indexOf(b[0]))[0];
  return best !== undefined && best[1] >= 2 ? best[0] : null;
}
