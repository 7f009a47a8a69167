/** Whether stored bytes are a table as an Arrow IPC file. */
export function isArrowFile(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(6, bytes.length)).toString("latin1") === "ARROW1";
}
