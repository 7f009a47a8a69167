import { Clipboard } from "@jupyterlab/apputils";
import { useState } from "react";
import type { DeploymentStatus } from "tagline/service/api";
import { tellAgo } from "../model/tell-time.js";
import { CommandButton } from "./CommandButton.js";
import { Form } from "./Form.js";
import type { OperateProps } from "./operate-props.js";
import { Problem } from "./Problem.js";
import { useDraft } from "./use-draft.js";

export interface DeploymentRowProps extends OperateProps {
  readonly deployment: DeploymentStatus;
  readonly nowMs: number;
}

type Verb = "stop" | "start" | "restart" | "remove";

/** One deployment: whether it answers, where, how often it was asked, and the commands on it. */
export function DeploymentRow({ deployment, nowMs, pipeline }: DeploymentRowProps): JSX.Element {
  const { operations: feed, drafts } = pipeline;
  const { name, status, url, follows, number, error, since } = deployment;
  const subject = `deployment:${name}`;
  const [removing, setRemoving] = useDraft(drafts, `${subject}:removing`, false);
  const change = (verb: Verb): void =>
    void feed
      .command(subject, verb, () => feed.client.changeDeployment(name, verb))
      .then((reply) => {
        if (reply !== null) setRemoving(undefined);
      });
  const stopped = status === "stopped";
  return (
    <li className="tagline-Row" data-deployment={name} data-status={status}>
      <div className="tagline-Row-head">
        <h5 title={name}>{name}</h5>
        <span className="tagline-State" data-status={status} role="status">
          {status}
        </span>
        <span className="tagline-Quiet">
          {number !== null && `v${number}`}
          {follows !== null && `${number === null ? "" : ", "}follows ${follows}`}
          {since !== null && ` · since ${tellAgo(since, nowMs)}`}
        </span>
      </div>
      <p className="tagline-Url">
        <code data-url title="On the machine of the service">
          {url}
        </code>
        <CopyButton text={url} spoken={`Copy the address of ${name}`} />
        {status === "serving" && (
          <a
            className="tagline-Link"
            href={new URL("/openapi.json", url).href}
            target="_blank"
            rel="noreferrer"
            title="Rows and predictions by their types, to make a client from"
          >
            openapi.json
          </a>
        )}
      </p>
      <p className="tagline-Quiet">{tellRequests(deployment, nowMs)}</p>
      {error !== null && (
        <p className="tagline-Trouble" data-deployment-error>
          <span>
            {error} {status === "failed" ? WHAT_TO_DO.failed : status === "serving" ? WHAT_TO_DO.serving : ""}
          </span>
        </p>
      )}
      {status === "waiting" && <p className="tagline-Note">{WHAT_TO_DO.waiting}</p>}
      <Problem feed={feed} subject={subject} />
      {removing ? (
        <Form
          title={`Remove the deployment ${name}?`}
          onSubmit={() => change("remove")}
          onClose={() => setRemoving(undefined)}
        >
          <p>Its address answers no more. The model's versions stay.</p>
          <div className="tagline-Buttons">
            <CommandButton feed={feed} subject={subject} verb="remove" label="Remove" busyLabel="Removing…" primary />
            <button type="button" className="tagline-Button" onClick={() => setRemoving(undefined)}>
              Keep it
            </button>
          </div>
        </Form>
      ) : (
        <div className="tagline-Buttons">
          {stopped ? (
            <CommandButton
              feed={feed}
              subject={subject}
              verb="start"
              label="Start"
              busyLabel="Starting…"
              spoken={`Start ${name}`}
              onPress={() => change("start")}
            />
          ) : (
            <>
              <CommandButton
                feed={feed}
                subject={subject}
                verb="restart"
                label="Restart"
                busyLabel="Restarting…"
                spoken={`Restart ${name}`}
                onPress={() => change("restart")}
              />
              <CommandButton
                feed={feed}
                subject={subject}
                verb="stop"
                label="Stop"
                busyLabel="Stopping…"
                spoken={`Stop ${name}`}
                onPress={() => change("stop")}
              />
            </>
          )}
          <button
            type="button"
            className="tagline-Button"
            data-action="remove"
            aria-label={`Remove ${name}…`}
            disabled={feed.doing(subject).verb !== null}
            onClick={() => setRemoving(true)}
          >
            Remove…
          </button>
        </div>
      )}
    </li>
  );
}

const WHAT_TO_DO = {
  failed:
    "It is tried again by itself, waiting longer each time. Promote or roll back to a version that works, or press Restart once the cause is mended.",
  serving: "The version before goes on answering.",
  waiting: "It answers as soon as a service lives for this project.",
};

function tellRequests({ requests, hasToken }: DeploymentStatus, nowMs: number): string {
  const { total, refused, failed, lastAt, medianMs } = requests;
  const parts = [
    total === 0 ? "not asked yet" : `${total} ${total === 1 ? "request" : "requests"}`,
    refused > 0 ? `${refused} refused` : "",
    failed > 0 ? `${failed} failed` : "",
    medianMs === null ? "" : `median ${medianMs < 10 ? medianMs.toFixed(1) : Math.round(medianMs)} ms`,
    lastAt === null ? "" : `last ${tellAgo(lastAt, nowMs)}`,
    hasToken ? "callers send a token" : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function CopyButton({ text, spoken }: { readonly text: string; readonly spoken: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="tagline-Link"
      aria-label={copied ? "Copied" : spoken}
      onBlur={() => setCopied(false)}
      onClick={() => {
        Clipboard.copyToSystem(text);
        setCopied(true);
      }}
    >
      {copied ? "copied" : "copy"}
    </button>
  );
}
