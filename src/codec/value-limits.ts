// How large a decoded value may be: what nobody reads, but any payload may ask for. A message of 64 MiB could be half a gigabyte of
// JSON, or thirty million objects.

/** Octets of JSON. */
export const JSON_LIMIT = 64 * 1024 * 1024;
export const TOO_MUCH_JSON = `more than ${JSON_LIMIT / 1024 / 1024} MiB as JSON`;

/** Octets of messages in `Any` that are put in order inside each other, of which each is a copy. */
export const ORDERED_LIMIT = 64 * 1024 * 1024;
export const TOO_MUCH_ORDERED = `more than ${ORDERED_LIMIT / 1024 / 1024} MiB of Any inside each other`;

/** Places at which a field comes again behind others: each is remembered until the message is in order. */
export const RUNS_LIMIT = 1_000_000;
export const TOO_MANY_RUNS = `more than ${RUNS_LIMIT / 1_000_000},000,000 fields that come again behind others`;

/** Messages inside, map entries and texts, each of which becomes an object. */
export const PARTS_LIMIT = 250_000;
// Not by `toLocaleString`, which takes 10 ms of each start the first time.
export const TOO_MANY_PARTS = `more than ${PARTS_LIMIT / 1000},000 messages, map entries and texts`;
