/** What a statistical test says. */
export interface TestResult {
  readonly statistic: number;
  /** Before any correction for several tests. */
  readonly pValue: number;
}
