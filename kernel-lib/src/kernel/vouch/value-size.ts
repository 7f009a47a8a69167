import { types } from "node:util";
import { isHistory, isLayersModel, isTensor } from "../../artifacts/library-types.js";

/** So many are looked at; what holds more than that counts as endless. */
const VISITS = 200_000;

/** About what hashing a value costs: how many values it holds, 64 bytes of a text or typed array counting as one. */
export function valueSize(value: unknown, limit: number): number {
  const seen = new Set<object>();
  const pending: unknown[] = [value];
  let size = 0;
  while (pending.length > 0 && size <= limit) {
    const next = pending.pop();
    size += 1;
    if (typeof next === "string") size += next.length >> 6;
    if (typeof next !== "object" || next === null || seen.has(next) || types.isProxy(next)) continue;
    seen.add(next);
    if (seen.size > VISITS) return Number.POSITIVE_INFINITY;
    const known = librarySize(next);
    if (known !== null) size += known;
    else if (ArrayBuffer.isView(next) || types.isAnyArrayBuffer(next)) size += next.byteLength >> 6;
    else if (Array.isArray(next)) size += pushSome(next, pending);
    else if (types.isMap(next)) size += pushSome([...next.keys(), ...next.values()], pending);
    else if (types.isSet(next)) size += pushSome([...next], pending);
    else size += pushProperties(next, pending);
  }
  return size;
}

/** Tensors and models keep their numbers elsewhere, and reach all of tfjs by their properties. */
function librarySize(value: object): number | null {
  if (isTensor(value)) return value.shape.reduce((product, length) => product * length, 1) >> 4;
  if (isLayersModel(value)) return 100 + ((value.countParams?.() ?? 0) >> 4);
  return isHistory(value) ? 100 : null;
}

/** Elements that are looked at one by one; of more, so many spread over all stand for the rest. */
const SAMPLE = 200;

/** Pushes the elements, or a sample of them; gives the size of what is not pushed. */
function pushSome(elements: readonly unknown[], pending: unknown[]): number {
  if (elements.length <= SAMPLE) {
    for (const element of elements) pending.push(element);
    return 0;
  }
  const stride = elements.length / SAMPLE;
  let sampled = 0;
  for (let index = 0; index < SAMPLE; index += 1) sampled += shallowSize(elements[Math.floor(index * stride)]);
  return Math.round((sampled / SAMPLE) * elements.length);
}

function shallowSize(value: unknown): number {
  if (typeof value === "string") return 1 + (value.length >> 6);
  if (typeof value !== "object" || value === null || types.isProxy(value)) return 1;
  if (ArrayBuffer.isView(value)) return 1 + (value.byteLength >> 6);
  return 1 + (Array.isArray(value) ? value.length : Object.keys(value).length);
}

/** Getters are never called. Of tables and tensors it is their columns and buffers that are found below. */
function pushProperties(object: object, pending: unknown[]): number {
  const descriptors = Object.values(Object.getOwnPropertyDescriptors(object));
  for (const descriptor of descriptors) if ("value" in descriptor) pending.push(descriptor.value);
  return 0;
}
