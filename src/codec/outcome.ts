// What became of an attempt to write a message as JSON. It knows nothing of how that is done.

export const WRITTEN = 0;
/** The octets are no message of the type; the reader says why. */
export const MALFORMED = 1;
/** A field came late, twice or against its oneof: the message must be ordered first. */
export const OUT_OF_ORDER = 2;

/** Numbers, as they are tested at every field. */
export type Outcome = typeof WRITTEN | typeof MALFORMED | typeof OUT_OF_ORDER;
