import type { RunProgress } from "tagline/service/api";
import { backoffMs } from "./backoff.js";

export interface FollowHandlers {
  /** The first one after each connection is a `run`, whole. */
  progress(progress: RunProgress): void;
  /** The run is over, all is told. */
  end(): void;
}

/** Listens to a run's events, connecting again by itself. Returns how to stop. */
export function followRun(url: string, handlers: FollowHandlers): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let attempt = 0;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    source?.close();
    window.clearTimeout(timer);
  };
  const connect = (): void => {
    source = new EventSource(url);
    source.addEventListener("message", (event: MessageEvent<string>) => {
      attempt = 0;
      // The service writes nothing else into this stream (service/api.ts).
      handlers.progress(JSON.parse(event.data) as RunProgress);
    });
    source.addEventListener("end", () => {
      stop();
      handlers.end();
    });
    source.addEventListener("error", () => {
      // The browser connects again by itself unless the answer was no stream at all.
      if (stopped || source?.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(connect, backoffMs(attempt++));
    });
  };
  connect();
  return stop;
}
