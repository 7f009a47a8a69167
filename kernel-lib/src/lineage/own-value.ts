/** What parsed JSON holds under a name, within that under the next, and so on; undefined where one of them is not there. */
export function ownValue(json: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (found, name) =>
      typeof found === "object" && found !== null ? Object.getOwnPropertyDescriptor(found, name)?.value : undefined,
    json,
  );
}
