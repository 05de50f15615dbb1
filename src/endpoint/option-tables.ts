// What the functions of this folder may be told, as tables that the compiler holds to the types. Does not know what is done with it.

import { RECORD_FORMATS } from '../capture/record-format.ts';
import { HIGHEST_PORT } from '../link/segment.ts';
import {
  FLAG,
  FUNCTION,
  isObject,
  listOf,
  needed,
  numberFrom,
  OPTIONS,
  oneOf,
  orNull,
  SIGNAL,
  TEXT,
  type Wanted,
  wholeFrom,
  withMethods,
} from '../option-checks.ts';
import type { CaptureOptions, CaptureWay } from './capture/running-capture.ts';
import type { ClientTls, ConnectOptions } from './connect-options.ts';
import { LONGEST_TIMER } from './longest-timer.ts';
import type { MessageProtocolOptions } from './message-protocol.ts';
import type { ReplayOptions } from './replay/replay.ts';
import type { RecordOptions } from './scenario/record.ts';
import type { ServeOptions, TlsFiles } from './server-settings.ts';

type Table<Options> = Readonly<Record<keyof Options, Wanted>>;

const PORT = wholeFrom(0, HIGHEST_PORT);
const TEXTS = listOf(TEXT);
const PROTOCOL = withMethods('a MessageProtocol', ['marshal', 'unmarshal']);
const OUTPUT = withMethods('an output with write(octets) and close()', ['write', 'close']);
const TAP = withMethods('a tap, with attach(socket, role)', ['attach']);
const PEM: Wanted = {
  fits: (value) => typeof value === 'string' || ArrayBuffer.isView(value),
  words: 'PEM, as a text or octets',
};
const FIELDS = listOf({
  fits: (value) => Array.isArray(value) && value.length === 2 && value.every((each) => TEXT.fits(each)),
  words: 'a field as [name, value]',
});

/** How many octets an id may take is the protocol's to say. */
export const MESSAGE_PROTOCOL_OPTIONS: Table<MessageProtocolOptions> = {
  useBigEndian: FLAG,
  idBytes: { fits: (value) => typeof value === 'number', words: 'a number' },
};

/** What server and client have in common. */
const PEER_OPTIONS = {
  protocol: PROTOCOL,
  readLimit: wholeFrom(1),
  readDeadline: numberFrom(0, LONGEST_TIMER),
  queueLength: wholeFrom(1),
  compression: FLAG,
  subprotocols: TEXTS,
  headers: FIELDS,
  tls: OPTIONS,
  handshakeTimeout: numberFrom(1, LONGEST_TIMER),
  socketTap: TAP,
  onError: FUNCTION,
};

export const SERVE_OPTIONS: Table<ServeOptions> = {
  ...PEER_OPTIONS,
  host: TEXT,
  port: PORT,
  path: {
    fits: (value) => typeof value === 'string' && value.startsWith('/'),
    words: 'a path that begins with a slash',
  },
  origins: TEXTS,
  maxHeaderSize: wholeFrom(1, Number.MAX_SAFE_INTEGER),
  maxConnections: wholeFrom(1),
  answer: FUNCTION,
  converse: FUNCTION,
  onConnection: FUNCTION,
  onMessage: FUNCTION,
  onAnswer: FUNCTION,
  onRefusal: FUNCTION,
  onEnd: FUNCTION,
};

export const SERVE_TLS: Table<TlsFiles> = { cert: needed(PEM), key: needed(PEM), onKeyLog: FUNCTION };

export const CONNECT_OPTIONS: Table<ConnectOptions> = {
  ...PEER_OPTIONS,
  origin: TEXT,
  signal: SIGNAL,
  onControl: FUNCTION,
};

export const CONNECT_TLS: Table<ClientTls> = { ca: PEM, cert: PEM, key: PEM, insecure: FLAG, onKeyLog: FUNCTION };

export const CAPTURE_OPTIONS: Table<CaptureOptions> = {
  output: needed({
    fits: (value) => typeof value === 'string' || OUTPUT.fits(value),
    words: `a path, or ${OUTPUT.words}`,
  }),
  format: oneOf(Object.keys(RECORD_FORMATS)),
  resolution: oneOf([6, 9]),
  via: oneOf(['tap', 'tcpdump'] satisfies CaptureWay[]),
};

export const RECORD_OPTIONS: Table<RecordOptions> = {
  ...CAPTURE_OPTIONS,
  scenario: {
    fits: (value) => isScenario(value) || (Array.isArray(value) && value.every(isScenario)),
    words: 'a name, a path, a scenario, or a list of them',
  },
  run: FUNCTION,
  host: TEXT,
  port: PORT,
  signal: SIGNAL,
};

export const REPLAY_OPTIONS: Table<ReplayOptions> = {
  direction: oneOf(['c2s', 's2c']),
  speed: { fits: (value) => typeof value === 'number' && value > 0, words: 'a number above 0' },
  patience: numberFrom(0),
  protocol: orNull(PROTOCOL),
  ignored: { ...FUNCTION, words: "a function, such as ignoring(['note'])" },
  signal: SIGNAL,
  onSent: FUNCTION,
  onAnswer: FUNCTION,
  onEnd: FUNCTION,
};

/** What a replay is made of: anything that can be iterated is asked for its events, which are looked at one by one. */
export const EVENTS: Wanted = {
  fits: (value) =>
    Array.isArray(value) || (isObject(value) && (Symbol.asyncIterator in value || Symbol.iterator in value)),
  words: "events, such as dissect('capture.pcap', { payload: 'always' })",
};
export const EVENT: Wanted = {
  fits: (value) => isObject(value) && typeof value.type === 'string',
  words: 'an event, as dissect gives it',
};
export const CONNECTION_NUMBER = orNull(wholeFrom(0));
export const CONVERSATION: Wanted = {
  fits: (value) => isObject(value) && Array.isArray(value.said),
  words: 'a conversation, as conversationOf gives it',
};
export const CONNECTION = withMethods('a connection, as connect gives it', ['sendText', 'sendBinary', 'terminate']);
export const PATHS = listOf({ ...TEXT, words: 'a path, such as "items.*.id"' });

function isScenario(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && isObject(value.server) && Array.isArray(value.connections));
}
