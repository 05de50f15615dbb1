// What the extensions agreed upon mean for frames. Knows no grammar: the names come parsed from the handshake.

/** Effects of the extensions of a connection on its frames. */
export interface AgreedExtensions {
  /** permessage-deflate, RFC 7692: RSV1 marks the first frame of a compressed message. */
  compression: boolean;
  /** Extensions whose effect on frames is not known here. */
  unknown: string[];
}

export function agreedExtensions(names: readonly string[]): AgreedExtensions {
  return {
    compression: names.some((name) => name.toLowerCase() === 'permessage-deflate'),
    unknown: names.filter((name) => name.toLowerCase() !== 'permessage-deflate'),
  };
}
