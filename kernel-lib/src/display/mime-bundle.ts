/** A value as a front end shows it: the same content in one or more MIME types, JSON throughout (images in base64). */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function bundle(
  data: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = {},
): MimeBundle {
  return { data, metadata };
}
