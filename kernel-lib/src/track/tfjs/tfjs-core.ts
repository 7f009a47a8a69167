/** What is used of `@tensorflow/tfjs-core`. */
export interface TfjsCore {
  getBackend(): string;
  engine(): TfjsEngine;
  matMul(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): TfjsTensor;
}

/** One for all copies of tfjs in a process. */
export interface TfjsEngine {
  /** Undefined until something was computed. */
  readonly backendName?: string;
  readonly backend: object;
  /** Takes effect at once where the backend has been made before. */
  setBackend(name: string): Promise<boolean>;
}

interface TfjsTensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}
