/** What is used of the options of `fit`. */
export interface FitOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly callbacks?: unknown;
}

type Values = Readonly<Record<string, number>>;
type EpochEnd = (epoch: number, logs?: unknown) => unknown;

/**
 * Fit options that also tell of each epoch's end. Configurations are joined with the person's own, so that there
 * are as many callbacks as before and tfjs yields as often; a callback object gets a second one beside it that never yields.
 */
export function withEpochNews(
  options: FitOptions,
  CustomCallback: new (config: object, yieldEvery: string) => object,
  tell: (epoch: number, values: Values) => void,
): FitOptions {
  const news: EpochEnd = (epoch, logs) => tell(epoch + 1, numbersOf(logs));
  const { callbacks } = options;
  const list =
    callbacks === undefined || callbacks === null ? [{}] : Array.isArray(callbacks) ? callbacks : [callbacks];
  const [first, ...rest]: unknown[] = list;
  if (typeof first !== "object" || first === null) return { ...options, callbacks: { onEpochEnd: news } };
  // tfjs tells objects of its callback classes by their base class, which has `setModel`.
  if ("setModel" in first)
    return { ...options, callbacks: [...list, new CustomCallback({ onEpochEnd: news }, "never")] };
  const own = (first as { onEpochEnd?: EpochEnd }).onEpochEnd;
  const both: EpochEnd = (epoch, logs) => {
    news(epoch, logs);
    return own?.(epoch, logs);
  };
  return { ...options, callbacks: [{ ...first, onEpochEnd: both }, ...rest] };
}

function numbersOf(logs: unknown): Values {
  if (typeof logs !== "object" || logs === null) return {};
  return Object.fromEntries(
    Object.entries(logs).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
