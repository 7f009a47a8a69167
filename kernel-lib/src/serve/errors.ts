/** The one table of what can go wrong in a served model: code, status, and what it means to the caller. */
export const serveErrors = {
  bad_json: { status: 400, meaning: "The body is not JSON." },
  unauthorized: {
    status: 401,
    meaning: "The server has a token, and the request does not carry it as `Authorization: Bearer …`.",
  },
  forbidden_host: {
    status: 403,
    meaning: "A server without a token is asked by another name than this machine's own.",
  },
  not_found: { status: 404, meaning: "There is no such address." },
  method_not_allowed: {
    status: 405,
    meaning: "The address is asked in a way that it does not know; `Allow` lists those that it does.",
  },
  too_large: { status: 413, meaning: "The body is larger than 16 MiB." },
  wrong_type: { status: 415, meaning: "The body is not sent as `application/json`." },
  invalid_row: { status: 422, meaning: "A row is not what the model takes; `field` and `row` (from 0) say where." },
  row_refused: {
    status: 422,
    meaning:
      "The model will not answer this row: it threw an error with `statusCode` 422; the message is the model's own.",
  },
  predict_failed: { status: 500, meaning: "The model threw an error at a row; the message is the model's own." },
  invalid_prediction: {
    status: 500,
    meaning: "The model gave something that JSON or the model's own type cannot hold.",
  },
  internal: { status: 500, meaning: "A mistake of Tagline's own; the server's standard error has the details." },
  not_ready: { status: 503, meaning: "The model is being loaded, or cannot be loaded; `/healthz` says which." },
  predict_timeout: { status: 504, meaning: "The model worked longer on the request than the time limit." },
} as const satisfies Readonly<Record<string, { status: number; meaning: string }>>;

export type ServeErrorCode = keyof typeof serveErrors;

/** What the caller gets with an error. */
export interface ErrorReply {
  readonly error: {
    readonly code: ServeErrorCode;
    readonly message: string;
    /** The field that is wrong, as in `address.street`; empty if the row itself is. */
    readonly field?: string;
    /** 0-based index of the row. */
    readonly row?: number;
  };
}

/** An error meant for the caller. */
export class ServeError extends Error {
  override readonly name = "ServeError";
  readonly code: ServeErrorCode;
  readonly place: { readonly field?: string; readonly row?: number };

  constructor(
    code: ServeErrorCode,
    message: string,
    place: { readonly field?: string; readonly row?: number } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.place = place;
  }

  get status(): number {
    return serveErrors[this.code].status;
  }

  get reply(): ErrorReply {
    return { error: { code: this.code, message: this.message, ...this.place } };
  }
}
