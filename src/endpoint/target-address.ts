// Where a URL of ws or wss leads: the host and the port to connect to. Knows no sockets.

/** Ports where a URL names none, RFC 6455 §3. */
const DEFAULT_PORT = 80;
const DEFAULT_TLS_PORT = 443;

export interface TargetAddress {
  /** An address of IPv6 is without its brackets. */
  host: string;
  port: number;
}

export function targetAddress({ hostname, port, protocol }: URL): TargetAddress {
  const usual = protocol === 'wss:' ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || usual) };
}
