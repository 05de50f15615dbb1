// Judges the opening handshake of RFC 6455 §4 by its two heads: whether it was one, whether it succeeded, and which rules
// it broke. Knows not when the heads came, nor what follows them.

import { acceptKey, isValidKey } from './accept-key.ts';
import { parseExtensions } from './extensions.ts';
import type { HttpHead, RequestHead, ResponseHead } from './head.ts';
import { FIELDS_THAT_STAND_ONCE, HANDSHAKE_RULES, type HandshakeRule, type HandshakeRuleName } from './rules.ts';
import { hasToken, listElements } from './token-list.ts';

/** A rule that was broken, ready to be told. */
export interface HandshakeFinding {
  code: string;
  severity: HandshakeRule['severity'];
  side: HandshakeRule['side'];
  message: string;
  reference: string;
  peerWords: string | undefined;
}

export interface UpgradeVerdict {
  /** The answer is 101. */
  upgraded: boolean;
  /** Whether the answer's Sec-WebSocket-Accept fits the request's key. */
  accept: 'ok' | 'wrong' | 'missing';
  /** The answer's Sec-WebSocket-Protocol; null where absent. */
  subprotocol: string | null;
  /** The answer's Sec-WebSocket-Extensions, repeated ones joined by `, `; null where absent. */
  extensions: string | null;
  findings: HandshakeFinding[];
}

/** Values from a capture are quoted up to this many characters. */
const QUOTED_CHARACTERS = 100;

type Breach = (rule: HandshakeRuleName, particulars?: string) => void;

/** A request that names websocket in its Upgrade field, or has any Sec-WebSocket field, however faulty the rest is. */
export function isUpgradeAttempt(head: HttpHead): head is RequestHead {
  if (head.kind !== 'request') return false;
  return hasToken(head.field('Upgrade'), 'websocket') || head.lines.hasNameWithPrefix('Sec-WebSocket-');
}

/** Judges an upgrade attempt by its answer; null where that never came. */
export function judgeUpgrade(request: RequestHead, response: ResponseHead | null): UpgradeVerdict {
  const upgraded = response?.status === 101;
  const findings: HandshakeFinding[] = [];
  const breach: Breach = (name, particulars) => {
    const { code, side, severity, reference, words, peerWords } = HANDSHAKE_RULES[name];
    const message = particulars === undefined ? words : `${words}: ${particulars}`;
    const excused = side === 'request' && !upgraded;
    findings.push({ code, severity: excused ? 'note' : severity, side, message, reference, peerWords });
  };
  const key = request.lines.first('Sec-WebSocket-Key') ?? '';
  const accept = compareAccept(key, response);
  judgeRequest(request, key, breach);
  if (upgraded) {
    if (accept === 'missing') breach('acceptMissing');
    if (accept === 'wrong') {
      const value = quoted(response.field('Sec-WebSocket-Accept'));
      breach('acceptWrong', `it is ${value}, and ${quoted(acceptKey(key))} would fit`);
    }
    judgeAcceptance(request, response, breach);
  } else if (response !== null) {
    if (response.status === 403 && hasForeignOrigin(request)) {
      breach('foreignOrigin', `${quoted(request.field('Origin'))} for ${quoted(request.field('Host'))}`);
    }
    breach('refused', `${response.status} ${shortened(response.reason)}`.trimEnd());
  }
  return {
    upgraded,
    accept,
    subprotocol: response?.field('Sec-WebSocket-Protocol') ?? null,
    extensions: response?.field('Sec-WebSocket-Extensions') ?? null,
    findings,
  };
}

function compareAccept(key: string, response: ResponseHead | null): UpgradeVerdict['accept'] {
  const value = response?.lines.first('Sec-WebSocket-Accept') ?? '';
  if (value === '') return 'missing';
  return value === acceptKey(key) ? 'ok' : 'wrong';
}

/** In the order of gorilla's checks. */
function judgeRequest(request: RequestHead, key: string, breach: Breach): void {
  const connection = request.field('Connection');
  const upgrade = request.field('Upgrade');
  const version = request.field('Sec-WebSocket-Version');
  const extensions = request.field('Sec-WebSocket-Extensions');
  if (!hasToken(connection, 'upgrade')) breach('requestConnection', found(connection));
  if (!hasToken(upgrade, 'websocket')) breach('requestUpgrade', found(upgrade));
  if (request.method !== 'GET') breach('method', `it is ${shortened(request.method)}`);
  if (request.version < 'HTTP/1.1') breach('httpVersion', `it is ${request.version}`);
  if (request.lines.count('Host') === 0) breach('host');
  if (!hasToken(version, '13')) breach('version', found(version));
  if (!isValidKey(key)) breach('key', key === '' ? 'it is absent or empty' : `it is ${quoted(key)}`);
  judgeRepetition(request, breach, 'requestRepeated');
  const fault = extensions === null ? null : parseExtensions(extensions).fault;
  if (fault !== null) breach('requestExtensions', fault);
}

function judgeAcceptance(request: RequestHead, response: ResponseHead, breach: Breach): void {
  const upgrade = response.field('Upgrade');
  const connection = response.field('Connection');
  if (!hasToken(upgrade, 'websocket')) breach('responseUpgrade', found(upgrade));
  if (!hasToken(connection, 'upgrade')) breach('responseConnection', found(connection));
  judgeSubprotocol(request, response, breach);
  judgeExtensions(request, response, breach);
  judgeRepetition(response, breach, 'responseRepeated');
}

/** Subprotocols are compared with their case (RFC 6455 §11.5 names them so); a list is no choice. */
function judgeSubprotocol(request: RequestHead, response: ResponseHead, breach: Breach): void {
  const chosen = response.fields('Sec-WebSocket-Protocol');
  if (chosen.length === 0) return;
  const offered = new Set(listElements(request.field('Sec-WebSocket-Protocol')));
  const strange = chosen.filter((subprotocol) => !offered.has(subprotocol));
  if (strange.length > 0) breach('subprotocol', quoted(strange.join(', ')));
}

/** However many there are, they make one finding: a head of 64 KiB has room for thousands. */
function judgeExtensions(request: RequestHead, response: ResponseHead, breach: Breach): void {
  const field = response.field('Sec-WebSocket-Extensions');
  if (field === null) return;
  const offer = parseExtensions(request.field('Sec-WebSocket-Extensions') ?? '');
  const offered = new Set(offer.extensions.map((extension) => extension.name.toLowerCase()));
  const agreed = parseExtensions(field);
  if (agreed.fault !== null) breach('responseExtensions', agreed.fault);
  const strange = agreed.extensions.map(({ name }) => name).filter((name) => !offered.has(name.toLowerCase()));
  if (strange.length > 0) breach('extension', quoted(strange.join(', ')));
}

function judgeRepetition(head: HttpHead, breach: Breach, rule: 'requestRepeated' | 'responseRepeated'): void {
  for (const name of FIELDS_THAT_STAND_ONCE[head.kind]) {
    if (head.lines.count(name) > 1) breach(rule, name);
  }
}

/** As gorilla's default check does: the origin's host and port against Host. */
function hasForeignOrigin(request: RequestHead): boolean {
  const origin = request.field('Origin');
  if (origin === null || origin === '') return false;
  const authority = origin.replace(/^[^/]*:\/\//, '').replace(/\/.*$/s, '');
  return authority.toLowerCase() !== (request.field('Host') ?? '').toLowerCase();
}

function found(value: string | null): string {
  return value === null ? 'the field is absent' : `it is ${quoted(value)}`;
}

function quoted(value: string | null): string {
  return JSON.stringify(shortened(value ?? ''));
}

function shortened(value: string): string {
  return value.length > QUOTED_CHARACTERS ? `${value.slice(0, QUOTED_CHARACTERS)}…` : value;
}
