/**
 * What JavaScript and Node define everywhere, whichever Node runs this: a notebook's facts must not depend on it.
 */
const names = `
AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Blob Boolean
BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DataView
Date DecompressionStream DisposableStack Error ErrorEvent EvalError Event EventSource EventTarget File FinalizationRegistry Float16Array Float32Array
Float64Array FormData Function Headers Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessageEvent MessagePort NaN
Navigator Number Object Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList
PerformanceResourceTiming Promise Proxy RangeError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest
ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer Storage String SubtleCrypto
SuppressedError Symbol SyntaxError TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController TypeError
URIError URL URLPattern URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket WritableStream
WritableStreamDefaultController WritableStreamDefaultWriter __dirname __filename arguments atob btoa clearImmediate clearInterval clearTimeout console
crypto decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval exports fetch gc global globalThis isFinite isNaN localStorage module
navigator parseFloat parseInt performance process queueMicrotask require sessionStorage setImmediate setInterval setTimeout structuredClone undefined unescape
`;

/** Types that every TypeScript program has, beside the classes above. */
const types = `
ArrayLike AsyncGenerator AsyncIterable AsyncIterableIterator AsyncIterator Awaited BufferEncoding Capitalize ConstructorParameters Disposable Exclude Extract
Generator InstanceType Iterable IterableIterator Lowercase NoInfer NodeJS NonNullable Omit Parameters Partial Pick PromiseLike PropertyKey Readonly
ReadonlyArray ReadonlyMap ReadonlySet Record Required ReturnType TemplateStringsArray ThisParameterType ThisType Uncapitalize Uppercase const
`;

const globalNames: ReadonlySet<string> = new Set(names.trim().split(/\s+/));
const globalTypes: ReadonlySet<string> = new Set([...globalNames, ...types.trim().split(/\s+/)]);

export function isGlobalName(name: string): boolean {
  return globalNames.has(name);
}

export function isGlobalType(name: string): boolean {
  return globalTypes.has(name);
}
