// The conversation around a packet, a line a message, for whoever wants to know what was said instead; and how much was said.

import type { SaidEvent } from '../dissect/said-event.ts';
import { arrowOf } from '../output/direction-arrow.ts';
import { truncate } from '../output/display-width.ts';
import { formatControl, formatMessage } from '../output/payload-text.ts';
import { formatPlural } from '../plural.ts';
import type { ConnectionLog } from './capture-log.ts';

const BEFORE = 3;
const AFTER = 3;
const COLUMNS = 60;

/** `  8  → 1 pb.Ping {seq: 150}`; the line of the packet itself begins with `>`. */
export function excerptOf(log: ConnectionLog, packet: number): string[] {
  const found = log.said.findIndex((said) => said.packet >= packet);
  const center = found < 0 ? log.said.length - 1 : found;
  const shown = log.said.slice(Math.max(0, center - BEFORE), center + AFTER + 1);
  const width = Math.max(...shown.map((said) => String(said.packet).length), 0);
  return shown.map((said) => {
    const mark = said.packet === packet ? '>' : ' ';
    return `${mark} ${String(said.packet).padStart(width)}  ${arrowOf(said.direction)} ${lineOf(said)}`;
  });
}

/** What is said, in one line that is safe for a terminal. */
export function lineOf(said: SaidEvent, columns = COLUMNS): string {
  const text =
    said.type === 'message' ? formatMessage(said, columns) : `${said.opcode} ${formatControl(said, columns)}`;
  return truncate(text, columns);
}

/** Of what is said, messages and control frames together. */
export function saidCount(count: number): string {
  return formatPlural(count, 'message or control', 'messages and controls');
}
