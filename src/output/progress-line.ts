// How far the reading of a capture is, as one line for a terminal. Knows neither the terminal nor the clock.

import { formatPlural } from '../plural.ts';
import { formatOctets } from './amounts.ts';

export interface Progress {
  octets: number;
  /** Octets that there are; null where nobody knows, as of a pipe. */
  total: number | null;
  /** Octets a second, lately. */
  rate: number;
  found: number;
  /** What was found, in the singular. */
  unit: string;
}

const BAR_LONGEST = 24;
const BAR_SHORTEST = 8;
const MINUTE = 60;
const HOUR = 3600;

/** Seconds as `4 s`, `2 min 05 s`, `1 h 02 min`. */
function formatTimeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`;
  return `${Math.floor(whole / HOUR)} h ${two((whole % HOUR) / MINUTE)} min`;
}

function bar(share: number, length: number): string {
  const done = Math.round(share * length);
  return '━'.repeat(done) + '─'.repeat(length - done);
}

/** One line of fewer than `columns`: the bar gets what the rest leaves, and what matters least goes first. */
export function formatProgress({ octets, total, rate, found, unit }: Progress, columns: number): string {
  const count = formatPlural(found, unit);
  const speed = `${formatOctets(rate)}/s`;
  const room = columns - 1;
  if (total === null || total === 0) {
    return widest(
      [
        [`${formatOctets(octets)} read`, speed, count],
        [`${formatOctets(octets)} read`, count],
      ],
      room,
    );
  }
  const share = Math.min(1, octets / total);
  const percent = `${Math.floor(share * 100)} %`.padStart(6);
  const left = rate > 0 ? [`${formatTimeLeft(Math.max(0, total - octets) / rate)} left`] : [];
  const amount = `${formatOctets(octets)} of ${formatOctets(total)}`;
  const text = widest(
    [
      [percent, amount, speed, count, ...left],
      [percent, speed, count, ...left],
      [percent, count, ...left],
      [percent, ...left],
    ],
    room,
  );
  const length = Math.min(BAR_LONGEST, room - text.length);
  return length < BAR_SHORTEST ? text : bar(share, length) + text;
}

/** The first of the choices that fits; the last is cut. */
function widest(choices: readonly (readonly string[])[], room: number): string {
  const texts = choices.map((fields) => fields.join('  '));
  return texts.find((text) => text.length <= room) ?? texts[texts.length - 1].slice(0, room);
}
