// The one fault of what is decoded here: octets that are no zstd.

/** Data that is no zstd; `message` says what is wrong with it. */
export class BrokenZstd extends Error {}
