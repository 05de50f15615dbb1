// Numbers with their units, as people read them. Knows nothing of what is counted.

import { formatCount } from '../plural.ts';

const OCTET_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

const TIME_UNITS = [
  { below: 1e-6, scale: 1e9, unit: 'ns' },
  { below: 1e-3, scale: 1e6, unit: 'µs' },
  { below: 1, scale: 1e3, unit: 'ms' },
  { below: Number.POSITIVE_INFINITY, scale: 1, unit: 's' },
];

/** What stands for a number that there is not. */
const NONE = '–';

/** Three significant digits, never in exponential form. */
function threeDigits(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** `5 B`, `1.7 kB`, `310 MB`: decimal units. */
export function formatOctets(octets: number): string {
  let value = octets;
  let unit = 0;
  while (value >= 999.5 && unit < OCTET_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits} ${OCTET_UNITS[unit]}`;
}

/** A length of time in seconds as `12.3 µs`, `1.23 ms`, `20.0 s`; `–` for null. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds === 0) return '0 s';
  const { scale, unit } = TIME_UNITS.find(({ below }) => Math.abs(seconds) < below)!;
  const sign = seconds < 0 ? '-' : '';
  return `${sign}${threeDigits(Math.abs(seconds) * scale)} ${unit}`;
}

/** Events a second as `0.25`, `12.5`, `31.2k`; `–` for null. */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return NONE;
  if (perSecond >= 1e6) return `${threeDigits(perSecond / 1e6)}M`;
  if (perSecond >= 9999.5) return `${threeDigits(perSecond / 1e3)}k`;
  return perSecond >= 999.5 ? formatCount(Math.round(perSecond)) : threeDigits(perSecond);
}
