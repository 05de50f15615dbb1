// How an endpoint is written: `10.7.0.2:41001`, `[fd00::2]:41001`. Knows nothing of connections.

import type { Endpoint } from '../dissect/events.ts';

/** RFC 3986 §3.2.2: an IPv6 address stands in brackets where a port follows. */
export function formatEndpoint(endpoint: Endpoint): string {
  const address = endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address;
  return `${address}:${endpoint.port}`;
}
