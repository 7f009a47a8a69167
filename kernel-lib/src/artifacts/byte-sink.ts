import { createHash } from "node:crypto";

/** A growing buffer of tagged values, made for hashing. Numbers are little-endian. */
export class ByteSink {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  /** NaN always in the same bits. */
  float64(value: number): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(Number.isNaN(value) ? Number.NaN : value, this.#length);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Length in UTF-16 units, then UTF-8; with lone surrogates, which UTF-8 cannot hold, UTF-16. */
  string(text: string): void {
    this.uint32(text.length);
    this.#reserve(text.length * 3);
    // Node 20 has it; the ES2023 types do not.
    const encoding = (text as string & { isWellFormed(): boolean }).isWellFormed() ? "utf8" : "utf16le";
    this.#length += this.#bytes.write(text, this.#length, encoding);
  }

  /** sha256 of what was written since `mark`, which is taken back. */
  digestSince(mark: number): Buffer {
    const digest = createHash("sha256").update(this.#bytes.subarray(mark, this.#length)).digest();
    this.#length = mark;
    return digest;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
