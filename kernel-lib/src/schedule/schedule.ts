/** One entry of `schedules` in `.tagline/catalog.json`, which people may edit. */
export interface Schedule {
  /** What commands call it; unique in the project. */
  readonly id: string;
  readonly name?: string;
  /** The notebook, relative to the project root where it lies inside, else absolute. */
  readonly notebook: string;
  /** Five fields, or six with seconds first, or a word such as `@daily`. */
  readonly cron: string;
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  /** Values by param name, as they were given; each run reads them as the param's type. */
  readonly params: Readonly<Record<string, string>>;
  readonly paused: boolean;
  /** When it was added or last resumed, ISO 8601: moments before that are none of its own. */
  readonly activeSince: string;
}
