// All rules of all layers in one table, by code: what a diagnostic event says beside where it happened.

import { HANDSHAKE_RULES, type HandshakeRule } from '../http/rules.ts';
import { type Rule, type TcpRuleCode, type ToldRule, tcpRules } from '../tcp/rules.ts';
import { type WebSocketRuleCode, webSocketRules } from '../ws/rules.ts';
import type { DiagnosticEvent, Direction, IncompletePayload, Located } from './events.ts';

const handshakeRules: readonly HandshakeRule[] = Object.values(HANDSHAKE_RULES);

export const rules: readonly Rule[] = [...handshakeRules, ...webSocketRules, ...tcpRules];

const byCode = new Map<string, Rule>([...tcpRules, ...webSocketRules].map((rule) => [rule.code, rule]));

/** The row of a code that TCP or WebSocket found; handshake findings bring theirs along. */
export function ruleOf(code: TcpRuleCode | WebSocketRuleCode): Rule {
  return byCode.get(code) as Rule;
}

/** The event that tells of a broken rule. */
export function diagnosticOf(
  located: Located,
  { code, severity, reference, peerWords }: ToldRule,
  direction: Direction | null,
  message: string,
  incomplete: IncompletePayload | undefined,
): DiagnosticEvent {
  const event: DiagnosticEvent = { type: 'diagnostic', ...located, code, severity, direction, message, reference };
  if (peerWords !== undefined) event.peerWords = peerWords;
  if (incomplete !== undefined) event.incomplete = incomplete;
  return event;
}

/** The rows by code: of a handshake, some codes have one for each side. */
export function rulesByCode(): Map<string, Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const rule of rules) found.set(rule.code, [...(found.get(rule.code) ?? []), rule]);
  return found;
}
