// The status code of an answer that all turns on. Knows nothing of heads.

/** The answer that makes a connection WebSocket, RFC 6455 §4.2.2 and RFC 9110 §15.2.2: what follows it is not HTTP. */
export const SWITCHING_PROTOCOLS = 101;
