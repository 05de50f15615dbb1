// How `connect` comes to its connection: options into settings, trying again while nothing listens, and what to say where it
// does not come about. Knows nothing of messages.

import { setTimeout as wait } from 'node:timers/promises';
import type { ClientConnection, ConnectOptions, HandshakeError, MessageProtocol } from '../endpoint/index.ts';
import { type TargetAddress, targetAddress } from '../endpoint/target-address.ts';
import { NOT_MET } from './exit-codes.ts';
import { Failure } from './failure.ts';
import type { HandshakeOptions } from './handshake-options.ts';
import { certificateOf, fileOf, keyLogOf } from './peer-options.ts';

/** Milliseconds between attempts. */
const RETRY_PAUSE = 100;
const TRUST = 'name who signed the certificate with --ca FILE, or take any with --insecure';
const SCHEME = 'check whether it is ws or wss';
/** What is wrong and what to do, by Node's codes. */
const FAULTS: Readonly<Record<string, readonly [words: string, advice: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'start the server, or wait for it with --retry SECONDS'],
  ENOTFOUND: ['no such host', 'check its name'],
  EAI_AGAIN: ['the name of the host cannot be looked up now', 'check it, and the network'],
  ECONNRESET: ['the server reset the connection', SCHEME],
  EPROTO: ['no TLS is spoken there', SCHEME],
  ETIMEDOUT: ['the host does not answer', 'check the address'],
  EHOSTUNREACH: ['there is no way to the host', 'check the address'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'the certificate is for another host',
    'name the host as it does, or take any with --insecure',
  ],
};
/** What a server that is about to start answers. */
const NOT_YET = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET']);

/** @throws {Failure} where a file of TLS cannot be read */
export function connectOptionsOf(options: HandshakeOptions, protocol: MessageProtocol | null): ConnectOptions {
  const { header, subprotocol, origin, compression, timeout, ca, insecure } = options;
  return {
    ...(protocol === null ? {} : { protocol }),
    headers: header,
    subprotocols: subprotocol,
    origin,
    compression,
    handshakeTimeout: timeout * 1000,
    tls: {
      ...certificateOf(options),
      ca: ca === undefined ? undefined : fileOf('--ca', ca),
      insecure,
      onKeyLog: keyLogOf(options) ?? undefined,
    },
  };
}

/** Where a URL leads; what is none leads nowhere, and is told by connecting. */
export function connectionTarget(url: string): TargetAddress {
  return targetAddress(new URL(URL.canParse(url) ? url : 'ws://localhost:0'));
}

/**
 * Connects, trying again for `retry` seconds while nothing listens.
 *
 * @throws {Failure}
 */
export async function connectPatiently(
  url: string,
  settings: ConnectOptions,
  options: HandshakeOptions,
): Promise<ClientConnection> {
  const { connect } = await import('../endpoint/index.ts');
  const until = performance.now() + options.retry * 1000;
  for (;;) {
    try {
      return await connect(url, settings);
    } catch (error) {
      settings.signal?.throwIfAborted();
      if (!NOT_YET.has(faultOf(error).code) || performance.now() >= until) throw connectFailure(error, url);
      await wait(RETRY_PAUSE, undefined, { signal: settings.signal });
    }
  }
}

/** With several addresses Node tells of all attempts together; the first stands for them. */
function faultOf(error: unknown): { code: string; reason: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return { code: '', reason: String(first) };
  return { code: String((first as NodeJS.ErrnoException).code ?? ''), reason: first.message.split('\n', 1)[0] };
}

function connectFailure(error: unknown, url: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof TypeError) return new Failure(`${error.message}${adviceOn(error.message)}`);
  if (isHandshakeError(error)) return handshakeFailure(error, url);
  const { code, reason } = faultOf(error);
  const [words, advice] =
    FAULTS[code] ?? (/CERT|SIGNED|ISSUER/.test(code) ? [reason, TRUST] : [reason, 'check the address']);
  return new Failure(`${url}: ${words} (${code}); ${advice}`, NOT_MET, { cause: error });
}

/** On what cannot be used for connecting: the URL, or an option. */
function adviceOn(fault: string): string {
  if (fault.startsWith('malformed')) return '; write it as ws://127.0.0.1:8888/connect';
  return fault.includes('; ') ? '' : '; correct that option';
}

/** By its name: the class is loaded with the endpoint only. */
function isHandshakeError(error: Error): error is HandshakeError {
  return error.name === 'HandshakeError';
}

function handshakeFailure({ message, response }: HandshakeError, url: string): Failure {
  const body = response?.body.trim().split('\n', 1)[0] ?? '';
  const said = body === '' ? '' : `, it says ${JSON.stringify(body.slice(0, 100))}`;
  return new Failure(`${url}: ${message}${said}; ${adviceOnAnswer(response)}`, NOT_MET);
}

function adviceOnAnswer(response: HandshakeError['response']): string {
  const { status, headers } = response ?? { status: 0, headers: [] };
  const [, location] = headers.find(([name]) => name.toLowerCase() === 'location') ?? [];
  if (status >= 300 && status < 400 && location) return `connect to where it points to, ${JSON.stringify(location)}`;
  switch (status) {
    case 0:
      return 'check that it is a WebSocket server';
    case 401:
      return "add --header 'Authorization: …'";
    case 403:
      return 'check --origin';
    case 404:
      return 'check the path';
    default:
      return 'check what the server wants of a handshake';
  }
}
