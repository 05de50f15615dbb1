// What the extensions agreed upon mean for the frames of each direction. Knows no grammar: they come parsed from the handshake.

import type { Extension } from '../http/extensions.ts';
import { isPermessageDeflate, MOST_WINDOW_BITS, readDeflateParameters } from '../http/permessage-deflate.ts';

/** How the messages of one direction are compressed, RFC 7692 §7.1. */
export interface DeflateAgreement {
  /** 8…15: what is referred to lies no farther back than 2 to this power. */
  windowBits: number;
  /** Whether messages may refer to those before them. */
  takeover: boolean;
  /** Nobody is known to have agreed to it: what has RSV1 set is tried, and nothing is said of what fails. */
  assumed: boolean;
}

/** Effects of the extensions of a connection on the frames of one direction. */
export interface DirectionExtensions {
  /** permessage-deflate: RSV1 marks the first frame of a compressed message. */
  deflate: DeflateAgreement | null;
  /** Another extension was agreed upon that may give any of the reserved bits a meaning. */
  unknown: boolean;
}

export interface AgreedExtensions {
  fromClient: DirectionExtensions;
  fromServer: DirectionExtensions;
}

const NONE: DirectionExtensions = { deflate: null, unknown: false };
const MAYBE: DirectionExtensions = {
  deflate: { windowBits: MOST_WINDOW_BITS, takeover: true, assumed: true },
  unknown: false,
};

export const NO_EXTENSIONS: AgreedExtensions = { fromClient: NONE, fromServer: NONE };

/** Of a connection whose handshake is not known: RSV1 is taken for the mark of compression, and the context for lost. */
export const UNKNOWN_EXTENSIONS: AgreedExtensions = { fromClient: MAYBE, fromServer: MAYBE };

/** @param agreed the answer's extensions; parameters that are not as they should be count as absent */
export function agreedExtensions(agreed: readonly Extension[]): AgreedExtensions {
  if (agreed.length === 0) return NO_EXTENSIONS;
  const deflate = agreed.find(isPermessageDeflate);
  const unknown = agreed.some((extension) => !isPermessageDeflate(extension));
  if (deflate === undefined) {
    return { fromClient: { deflate: null, unknown }, fromServer: { deflate: null, unknown } };
  }
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
    readDeflateParameters(deflate, 'response');
  const agreement = (noTakeover: boolean, bits: number | null): DeflateAgreement => ({
    windowBits: bits ?? MOST_WINDOW_BITS,
    takeover: !noTakeover,
    assumed: false,
  });
  const clientBits = typeof clientMaxWindowBits === 'number' ? clientMaxWindowBits : null;
  return {
    fromClient: { deflate: agreement(clientNoContextTakeover, clientBits), unknown },
    fromServer: { deflate: agreement(serverNoContextTakeover, serverMaxWindowBits), unknown },
  };
}
