/** Types of values that artifacts can hold, beside those that the notebook declares. */
const STORABLE = new Set(
  (
    "Array ReadonlyArray Map ReadonlyMap Set ReadonlySet Date RegExp Error TypeError RangeError SyntaxError URL URLSearchParams Buffer ArrayBuffer DataView Record Object String Number Boolean BigInt " +
    "Partial Readonly Required Pick Omit Exclude Extract NonNullable Awaited Uppercase Lowercase Capitalize NodeJS " +
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array " +
    "ColumnTable Table Column Tensor Tensor1D Tensor2D Tensor3D Tensor4D Tensor5D Tensor6D Scalar Rank LayersModel Sequential History Logs ArrayBufferLike TypedArray"
  ).split(" "),
);

/**
 * True for the type of an object that a package made and that lives in its process, such as a connection: a class of which
 * nothing in the notebook tells what it holds.
 *
 * @param type TypeScript's text for it
 * @param known types that the notebook declares, or imports as types alone: plain data
 */
export function isForeign(type: string | null, known: ReadonlySet<string>): boolean {
  if (type === null) return false;
  // Strings in types, and members of object types, are no names of types.
  const text = type.replace(/"[^"]*"|'[^']*'/g, "").replace(/[\w$]+\??:/g, "");
  const base = /^(?:readonly )?(?:typeof )?(?:import\([^)]*\)\.)?([A-Za-z_$][\w$.]*)(?:<.*>)?(?:\[\])*$/s.exec(
    text.trim(),
  )?.[1];
  const name = base?.split(".").at(-1) ?? "";
  return /^[A-Z]/.test(name) && !/^[A-Z]$/.test(name) && !STORABLE.has(name) && !known.has(name);
}
