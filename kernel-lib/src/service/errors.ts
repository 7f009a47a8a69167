/** The one table of what can go wrong over HTTP: code, status, and what it means to the caller. */
export const serviceErrors = {
  "bad-request": { status: 400, meaning: "The request is not what the contract says; the message names the field." },
  "bad-params": { status: 400, meaning: "A parameter is unknown, or its value breaks its type, range or choices." },
  "bad-schedule": { status: 400, meaning: "The cron expression or the time zone is none, or that moment never comes." },
  "header-missing": { status: 403, meaning: "A changing request lacks the header `X-Tagline: 1`." },
  "not-json": { status: 403, meaning: "A changing request is not `Content-Type: application/json`." },
  "not-same-origin": { status: 403, meaning: "A changing request comes from another page than Jupyter's own." },
  "outside-root": { status: 403, meaning: "A path leaves Jupyter's root folder." },
  "not-found": { status: 404, meaning: "There is no such address." },
  "notebook-missing": { status: 404, meaning: "There is no notebook at that path." },
  "run-missing": { status: 404, meaning: "No run has that id." },
  "nothing-known": {
    status: 404,
    meaning: "The log holds no such number, file or cell; the message lists what it does hold.",
  },
  "schedule-missing": { status: 404, meaning: "The project has no schedule of that id." },
  "model-missing": { status: 404, meaning: "The project has no such model, version or alias; the message lists them." },
  "deployment-missing": { status: 404, meaning: "The project has no deployment of that name." },
  "file-missing": { status: 404, meaning: "There is no file at that path." },
  "run-active": { status: 409, meaning: "That notebook has a run already." },
  "run-over": {
    status: 409,
    meaning: "The run has ended, or another process runs it, so that it cannot be cancelled here.",
  },
  "folder-taken": { status: 409, meaning: "The folder to export to exists and is not empty." },
  "port-taken": { status: 409, meaning: "Another program or deployment uses that port." },
  "name-taken": { status: 409, meaning: "A deployment of another model has that name." },
  "catalog-unreadable": {
    status: 422,
    meaning: "`.tagline/catalog.json` was edited and cannot be read; the message says what to mend.",
  },
  "notebook-unreadable": { status: 422, meaning: "The file is no notebook." },
  "not-compiled": { status: 422, meaning: "The notebook's pipeline has errors; its diagnostics say where." },
  "not-comparable": {
    status: 422,
    meaning: "The file's rows cannot be read, or nothing in them can be compared with the model's reference.",
  },
  internal: { status: 500, meaning: "A mistake of Tagline's own; the service's log has the details." },
} as const satisfies Readonly<Record<string, { status: number; meaning: string }>>;

export type ServiceErrorCode = keyof typeof serviceErrors;

/** An error meant for the caller: becomes `{error: {code, message}}` with the code's status. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return serviceErrors[this.code].status;
  }
}
