/**
 * Walks two values side by side and throws at the first difference: type, prototype, keys and their order, holes, -0, and
 * which parts are one and the same object (deepStrictEqual looks at none of the last).
 */
export function assertSameShape(
  actual: unknown,
  expected: unknown,
  path = "value",
  twins = new Map<object, object>(),
): void {
  const fail = (what: string): never => {
    throw new Error(`${path}: ${what}`);
  };
  if (typeof expected !== "object" || expected === null) {
    if (!Object.is(actual, expected)) fail(`${String(actual)} is not ${String(expected)}`);
    return;
  }
  if (typeof actual !== "object" || actual === null) throw new Error(`${path}: ${String(actual)} is no object`);
  const twin = twins.get(expected);
  if (twin !== undefined) {
    if (twin !== actual) fail("was one object with another part, and is not any more");
    return;
  }
  twins.set(expected, actual);
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) fail("another prototype");
  if (Object.isFrozen(actual) !== Object.isFrozen(expected)) fail("frozen or not");
  if (expected instanceof Date && !Object.is((actual as Date).getTime(), expected.getTime())) fail("another time");
  if (expected instanceof ArrayBuffer && !Buffer.from(actual as ArrayBuffer).equals(Buffer.from(expected)))
    fail("other bytes");
  if (ArrayBuffer.isView(expected)) {
    const view = actual as Uint8Array;
    if (
      !Buffer.from(view.buffer, view.byteOffset, view.byteLength).equals(
        Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength),
      )
    )
      fail("other bytes");
    return;
  }
  if (expected instanceof Map || expected instanceof Set) {
    const [a, b] = [[...(actual as Map<unknown, unknown>)], [...expected]];
    if (a.length !== b.length) fail("another size");
    b.forEach((entry, index) => {
      if (expected instanceof Set) assertSameShape(a[index], entry, `${path}{${index}}`, twins);
      else
        for (const side of [0, 1] as const)
          assertSameShape(
            (a[index] as unknown[])[side],
            (entry as unknown[])[side],
            `${path}{${index}:${side}}`,
            twins,
          );
    });
  }
  const keys = Object.keys(expected);
  if (JSON.stringify(Object.keys(actual)) !== JSON.stringify(keys))
    fail(`keys ${Object.keys(actual).join()} instead of ${keys.join()}`);
  if (Array.isArray(expected) && (actual as unknown[]).length !== expected.length) fail("another length");
  for (const key of keys)
    assertSameShape(
      (actual as Record<string, unknown>)[key],
      (expected as Record<string, unknown>)[key],
      `${path}.${key}`,
      twins,
    );
}
