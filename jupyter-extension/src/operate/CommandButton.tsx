import type { OperationsFeed } from "../model/operations-feed.js";

export interface CommandButtonProps {
  readonly feed: OperationsFeed;
  /** The thing that the command is on. */
  readonly subject: string;
  readonly verb: string;
  readonly label: string;
  /** While it goes on: `Pausing…` */
  readonly busyLabel: string;
  /** For screen readers, where the label alone does not say on what. */
  readonly spoken?: string;
  readonly title?: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** Inside a form it submits, and needs nothing to do. */
  readonly onPress?: () => void;
}

/** A button that sends a command: busy while that goes on, shut while another one does on the same thing. */
export function CommandButton(props: CommandButtonProps): JSX.Element {
  const doing = props.feed.doing(props.subject).verb;
  const busy = doing === props.verb;
  return (
    <button
      type={props.onPress === undefined ? "submit" : "button"}
      className={`tagline-Button${props.primary ? " tagline-primary" : ""}`}
      data-command={props.verb}
      aria-label={busy ? undefined : props.spoken}
      aria-busy={busy}
      title={props.title}
      disabled={doing !== null || props.disabled}
      onClick={props.onPress}
    >
      {busy ? props.busyLabel : props.label}
    </button>
  );
}
