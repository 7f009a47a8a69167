import { useEffect, useState } from "react";
import type { CronReply } from "tagline/service/api";
import type { OperationsClient } from "../client/operations-client.js";
import { cronWords } from "../model/cron-words.js";
import { tellMoment, tellUntil } from "../model/tell-time.js";
import { ownTimeZone } from "./own-time-zone.js";

/** A pause in typing this long asks the service, milliseconds. */
const DEBOUNCE_MS = 250;

export interface CronPreviewProps {
  readonly id: string;
  readonly client: Pick<OperationsClient, "cron">;
  readonly cron: string;
  readonly timeZone: string;
}

/** The next moments of an expression in the reader's own time, or what the service finds wrong with it. */
export function CronPreview({ id, client, cron, timeZone }: CronPreviewProps): JSX.Element {
  const [reply, setReply] = useState<CronReply | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let asked = true;
    const timer = window.setTimeout(() => {
      if (cron.trim() === "") return;
      client.cron(cron.trim(), timeZone.trim()).then(
        (found) => {
          if (!asked) return;
          setReply(found);
          setProblem(null);
        },
        (error: unknown) => asked && setProblem(error instanceof Error ? error.message : String(error)),
      );
    }, DEBOUNCE_MS);
    return () => {
      asked = false;
      window.clearTimeout(timer);
    };
  }, [client, cron, timeZone]);
  const nowMs = Date.now();
  const words = cronWords(cron);
  const [first] = reply?.next ?? [];
  return (
    <p id={id} className="tagline-Preview" role="status" data-preview={problem === null ? "ok" : "problem"}>
      {problem !== null ? (
        <span className="tagline-Problem">{problem}</span>
      ) : reply === null ? (
        "…"
      ) : (
        <>
          {words !== null && `${words[0]?.toUpperCase()}${words.slice(1)}. `}
          {first !== undefined && (
            <>
              Next: <b>{reply.next.map((each) => tellMoment(each, nowMs)).join(", ")}</b>{" "}
              {reply.timeZone !== ownTimeZone() && "your time "}
              {tellUntil(first, nowMs) !== "" && `(${tellUntil(first, nowMs)})`}
            </>
          )}
        </>
      )}
    </p>
  );
}
