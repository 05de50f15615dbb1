// A growing buffer that takes JSON as octets. Text goes to its UTF-8 octets without passing through a string where the
// source is octets already; this is what makes NDJSON fast (bench/README.md).

/** TO BE WRITTEN by the codec helper, with this face. */
export declare class OctetWriter {
  buffer: Uint8Array;
  position: number;
  constructor(capacity?: number);
  /** Makes room for `count` more octets. */
  reserve(count: number): void;
  octet(value: number): void;
  /** Constant parts, encoded once. */
  octets(source: Uint8Array): void;
  ascii(text: string): void;
  /** A safe integer, in decimal. */
  integer(value: number): void;
  /** A JSON string, quoted and escaped exactly as JSON.stringify does. */
  jsonString(text: string): void;
  /** The same from UTF-8 octets; what is not UTF-8 becomes U+FFFD as TextDecoder has it. */
  jsonText(source: Uint8Array, start: number, end: number): void;
  /** base64 without quotes. */
  base64(source: Uint8Array, start: number, end: number): void;
  /** The octets from `from` to `position` as a string. */
  text(from?: number): string;
}
