import { useEffect, useRef } from "react";

export interface FormProps {
  /** What it is for, also its spoken name. */
  readonly title: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

/** A form in its place: takes the focus when it opens, closes by Escape, and gives the focus back. */
export function Form({ title, onSubmit, onClose, children }: FormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const first = form.current?.querySelector<HTMLElement>("input, select, textarea, button");
    first?.focus();
    form.current?.scrollIntoView({ block: "nearest" });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <form
      ref={form}
      className="tagline-Form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <h4>{title}</h4>
      {children}
    </form>
  );
}

export interface FieldProps {
  readonly label: string;
  readonly id: string;
  readonly hint?: string | undefined;
  readonly problem?: string | null;
  readonly children: React.ReactNode;
}

/** A labelled field with what is wrong with it, or a hint. The input's `aria-describedby` is `ID-hint`. */
export function Field({ label, id, hint, problem = null, children }: FieldProps): JSX.Element {
  return (
    <div className="tagline-Field">
      <label htmlFor={id}>{label}</label>
      <div>
        {children}
        {/* Stays, so that screen readers tell what appears in it. */}
        <small id={`${id}-hint`} className={problem === null ? undefined : "tagline-Problem"} aria-live="polite">
          {problem ?? hint ?? ""}
        </small>
      </div>
    </div>
  );
}
