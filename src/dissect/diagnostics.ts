// All rules of all layers in one table, by code: what a diagnostic event says beside where it happened.

import { HANDSHAKE_RULES } from '../http/rules.ts';
import { type Rule, type TcpRuleCode, tcpRules } from '../tcp/rules.ts';
import { type WebSocketRuleCode, webSocketRules } from '../ws/rules.ts';

export const rules: readonly Rule[] = [...tcpRules, ...Object.values(HANDSHAKE_RULES), ...webSocketRules];

const byCode = new Map<string, Rule>([...tcpRules, ...webSocketRules].map((rule) => [rule.code, rule]));

/** The row of a code that TCP or WebSocket found; handshake findings bring theirs along. */
export function ruleOf(code: TcpRuleCode | WebSocketRuleCode): Rule {
  return byCode.get(code) as Rule;
}
