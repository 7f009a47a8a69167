export const TABS = ["Pipeline", "Runs", "Models", "Schedules"] as const;
export type Tab = (typeof TABS)[number];

/** Where in the panel somebody is. */
export interface Place {
  readonly tab: Tab;
  /** A run to open in the Runs tab. */
  readonly run?: string;
}

export type Show = (place: Place) => void;
