// Judges the opening handshake of RFC 6455 §4 by its two heads: whether it was one, whether it succeeded, and which rules
// it broke. Does not know when the heads came, nor what follows them.

import { messageOf } from '../tcp/rules.ts';
import { acceptKey, isValidKey } from './accept-key.ts';
import { agreesToDraft, asksForDraft } from './draft-handshake.ts';
import { type Extension, parseExtensions } from './extensions.ts';
import { SEC_WEBSOCKET, UPGRADE } from './field-bits.ts';
import { hasToken, isToken, listElements } from './field-text.ts';
import { type HandshakeField, HandshakeFields } from './handshake-fields.ts';
import type { HttpHead, RequestHead, ResponseHead } from './head.ts';
import { isOwnOrigin } from './origin.ts';
import { isPermessageDeflate, misfit, readDeflateParameters } from './permessage-deflate.ts';
import { FIELDS_THAT_STAND_ONCE, HANDSHAKE_RULES, type HandshakeRule, type HandshakeRuleName } from './rules.ts';
import { SWITCHING_PROTOCOLS } from './status-codes.ts';

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
  /** The request's Sec-WebSocket-Key, repeated ones joined by `, `; null where absent. */
  key: string | null;
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

/** What Upgrade says in the handshake. */
const WEBSOCKET = 'websocket';
/** What Sec-WebSocket-Version says. */
const VERSION = '13';

type Breach = (rule: HandshakeRuleName, detail?: string, peerObjects?: boolean) => void;

/** A request that names websocket in its Upgrade field, or has any Sec-WebSocket field, however faulty the rest is. */
export function isUpgradeAttempt(head: HttpHead): head is RequestHead {
  if (head.kind !== 'request') return false;
  if (head.text.mayHave(SEC_WEBSOCKET)) return true;
  return head.text.mayHave(UPGRADE) && hasToken(head.field('Upgrade'), WEBSOCKET);
}

// Reused from handshake to handshake: a sound one costs no object but its verdict.
const request = new HandshakeFields();
const response = new HandshakeFields();

/** Judges an upgrade attempt by its answer; null where that never came. */
export function judgeUpgrade(requestHead: RequestHead, responseHead: ResponseHead | null): UpgradeVerdict {
  request.collect(requestHead);
  response.collect(responseHead);
  const upgraded = responseHead?.status === SWITCHING_PROTOCOLS;
  const findings: HandshakeFinding[] = [];
  const breach: Breach = (name, detail = '', peerObjects = true) => {
    const rule = HANDSHAKE_RULES[name];
    const { code, side, noteWhere, reference, severity: full } = rule;
    const peerWords = peerObjects ? rule.peerWords : undefined;
    const message = messageOf(rule, detail);
    const severity = noteWhere !== undefined && !upgraded ? 'note' : full;
    findings.push({ code, severity, side, message, reference, peerWords });
  };
  const key = request.key.first ?? '';
  const accept = compareAccept(key, response.accept.first ?? '');
  const isOfDraft = responseHead !== null && upgraded && asksForDraft(requestHead) && agreesToDraft(responseHead);
  judgeRequest(requestHead, key, isOfDraft, breach);
  if (responseHead !== null && upgraded) {
    // That says all that the version, the key and the accept value would.
    if (isOfDraft) breach('draftProtocol');
    else if (accept === 'missing') breach('acceptMissing');
    if (accept === 'wrong') {
      const fitting = key === '' ? '' : `, and ${quoted(acceptKey(key))} would fit`;
      breach('acceptWrong', `${found(response.accept)}${fitting}`);
    }
    judgeAcceptance(responseHead, breach);
  } else if (responseHead !== null) {
    if (responseHead.status === 403 && hasForeignOrigin()) {
      breach('foreignOrigin', `${quoted(request.origin.value)} for ${quoted(request.host.value)}`);
    }
    breach('refused', `${responseHead.status} ${shortened(responseHead.reason)}`.trimEnd());
  }
  return {
    upgraded,
    key: request.key.value,
    accept,
    subprotocol: response.protocol.value,
    extensions: response.extensions.value,
    findings,
  };
}

function compareAccept(key: string, value: string): UpgradeVerdict['accept'] {
  if (value === '') return 'missing';
  return value === acceptKey(key) ? 'ok' : 'wrong';
}

/** In the order of gorilla's checks. */
function judgeRequest(head: RequestHead, key: string, isOfDraft: boolean, breach: Breach): void {
  const { connection, upgrade, host, version, protocol, extensions } = request;
  if (!hasToken(connection.value, 'upgrade')) breach('requestConnection', found(connection));
  if (!hasToken(upgrade.value, WEBSOCKET)) breach('requestUpgrade', found(upgrade));
  if (head.method !== 'GET') breach('method', `it is ${shortened(head.method)}`);
  if (head.cutMethod !== null) breach('requestCut', `${head.cutMethod} is there`);
  if (head.version < 'HTTP/1.1') breach('httpVersion', `it is ${head.version}`);
  if (host.count === 0) breach('host');
  // gorilla takes a list that has it.
  if (!isOfDraft && version.first !== VERSION) breach('version', found(version), !hasToken(version.value, VERSION));
  if (!isOfDraft && !isValidKey(key)) breach('key', key === '' ? 'it is absent or empty' : `it is ${quoted(key)}`);
  judgeRepetition(request, FIELDS_THAT_STAND_ONCE.request, breach, 'requestRepeated');
  if (protocol.value !== null) judgeOfferedSubprotocols(listElements(protocol.value), breach);
  if (extensions.value === null) return;
  const offers = parseExtensions(extensions.value);
  if (offers.fault !== null) breach('requestExtensions', offers.fault);
  const faults = deflateOf(offers.extensions, 'request').flatMap((offer) => offer.faults);
  if (faults.length > 0) breach('requestDeflate', shortened(faults.join(', ')));
}

function judgeAcceptance(head: ResponseHead, breach: Breach): void {
  const { upgrade, connection } = response;
  if (head.version < 'HTTP/1.1') breach('responseHttpVersion', `it is ${head.version}`);
  if (!hasToken(upgrade.value, WEBSOCKET)) breach('responseUpgrade', found(upgrade));
  else if (upgrade.value?.length !== WEBSOCKET.length) breach('responseUpgradeList', found(upgrade));
  if (!hasToken(connection.value, 'upgrade')) breach('responseConnection', found(connection));
  if (response.protocol.count > 0) judgeSubprotocol(head.fields(response.protocol.name), breach);
  judgeExtensions(breach);
  judgeRepetition(response, FIELDS_THAT_STAND_ONCE.response, breach, 'responseRepeated');
}

/** They may stand in several fields, which are one list (RFC 6455 §11.3.4). */
function judgeOfferedSubprotocols(offered: readonly string[], breach: Breach): void {
  if (offered.length === 0) breach('requestSubprotocols', 'it names none');
  const strange = offered.find((subprotocol) => !isToken(subprotocol));
  if (strange !== undefined) breach('requestSubprotocols', `${quoted(strange)} is no token`);
  else if (new Set(offered).size < offered.length)
    breach('requestSubprotocols', `${quoted(firstDouble(offered))} stands twice`);
}

function firstDouble(names: readonly string[]): string {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size) ?? '';
}

/** Subprotocols are compared with their case (RFC 6455 §11.5 names them so); a list is no choice. */
function judgeSubprotocol(chosen: string[], breach: Breach): void {
  const offered = new Set(listElements(request.protocol.value));
  const strange = chosen.filter((subprotocol) => !offered.has(subprotocol));
  if (strange.length > 0) breach('subprotocol', quoted(strange.join(', ')));
}

/** However many there are, they make one finding: a head of 64 KiB has room for thousands. */
function judgeExtensions(breach: Breach): void {
  if (response.extensions.value === null) return;
  const offer = parseExtensions(request.extensions.value ?? '');
  const offered = new Set(offer.extensions.map((extension) => extension.name.toLowerCase()));
  const agreed = parseExtensions(response.extensions.value);
  if (agreed.fault !== null) breach('responseExtensions', agreed.fault);
  const strange = agreed.extensions.map(({ name }) => name).filter((name) => !offered.has(name.toLowerCase()));
  if (strange.length > 0) breach('extension', quoted(strange.join(', ')));
  const unknown = agreed.extensions.filter((extension) => !isPermessageDeflate(extension));
  if (unknown.length > 0) breach('extensionUnknown', quoted(unknown.map(({ name }) => name).join(', ')));
  judgeDeflate(offer.extensions, agreed.extensions, breach);
}

function judgeDeflate(offered: readonly Extension[], agreed: readonly Extension[], breach: Breach): void {
  const [answer, second] = deflateOf(agreed, 'response');
  if (answer === undefined) return;
  const faults = second === undefined ? answer.faults : [...answer.faults, 'it is agreed upon twice'];
  if (faults.length > 0) {
    breach('responseDeflate', shortened(faults.join(', ')));
    return;
  }
  // An answer to no offer at all is told as that.
  const fault = misfit(answer, deflateOf(offered, 'request'));
  if (fault !== null) breach('deflateMisfit', fault);
}

function deflateOf(extensions: readonly Extension[], side: HandshakeRule['side']) {
  return extensions.filter(isPermessageDeflate).map((extension) => readDeflateParameters(extension, side));
}

function judgeRepetition(
  fields: HandshakeFields,
  standOnce: readonly (typeof FIELDS_THAT_STAND_ONCE)['request' | 'response'][number][],
  breach: Breach,
  rule: 'requestRepeated' | 'responseRepeated',
): void {
  for (const which of standOnce) if (fields[which].count > 1) breach(rule, fields[which].name);
}

function hasForeignOrigin(): boolean {
  const origin = request.origin.value;
  return origin !== null && !isOwnOrigin(origin, request.host.value ?? '');
}

function found({ value }: HandshakeField): string {
  return value === null ? 'the field is absent' : `it is ${quoted(value)}`;
}

function quoted(value: string | null): string {
  return JSON.stringify(shortened(value ?? ''));
}

function shortened(value: string): string {
  return value.length > QUOTED_CHARACTERS ? `${value.slice(0, QUOTED_CHARACTERS)}…` : value;
}
