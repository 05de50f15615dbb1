// The parameters of permessage-deflate, RFC 7692 §7.1: what an offer asks for, what an answer agrees to, and what is wrong
// with either. Knows nothing of compression itself.

import type { Extension } from './extensions.ts';

const PERMESSAGE_DEFLATE = 'permessage-deflate';

/** Window bits where nothing is said of them. */
export const MOST_WINDOW_BITS = 15;
const LEAST_WINDOW_BITS = 8;

export interface DeflateParameters {
  serverNoContextTakeover: boolean;
  clientNoContextTakeover: boolean;
  /** Null where nothing is said of them. */
  serverMaxWindowBits: number | null;
  /** `any` where an offer allows whatever the server chooses. */
  clientMaxWindowBits: number | 'any' | null;
  /** What is wrong, each in words of its own. What is wrong is passed over. */
  faults: string[];
}

export function isPermessageDeflate(extension: Extension): boolean {
  return extension.name.toLowerCase() === PERMESSAGE_DEFLATE;
}

/** @param side whose field it is: a valueless `client_max_window_bits` is an offer's only */
export function readDeflateParameters(extension: Extension, side: 'request' | 'response'): DeflateParameters {
  const read: DeflateParameters = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: null,
    clientMaxWindowBits: null,
    faults: [],
  };
  const seen = new Set<string>();
  for (const [name, value] of extension.parameters) {
    const known = name.toLowerCase();
    if (seen.has(known)) {
      read.faults.push(`${known} stands twice`);
      continue;
    }
    seen.add(known);
    const fault = readParameter(read, known, value, side);
    if (fault !== null) read.faults.push(fault);
  }
  return read;
}

/** Returns what is wrong, or null. */
function readParameter(
  read: DeflateParameters,
  name: string,
  value: string | null,
  side: 'request' | 'response',
): string | null {
  switch (name) {
    case 'server_no_context_takeover':
      read.serverNoContextTakeover = true;
      return value === null ? null : `${name} has a value`;
    case 'client_no_context_takeover':
      read.clientNoContextTakeover = true;
      return value === null ? null : `${name} has a value`;
    case 'server_max_window_bits':
      read.serverMaxWindowBits = windowBits(value);
      return read.serverMaxWindowBits === null ? faultOfBits(name, value) : null;
    case 'client_max_window_bits':
      read.clientMaxWindowBits = value === null && side === 'request' ? 'any' : windowBits(value);
      return read.clientMaxWindowBits === null ? faultOfBits(name, value) : null;
    default:
      return `${name} is no parameter of it`;
  }
}

/** A decimal number from 8 to 15 without leading zeros; else null. */
function windowBits(value: string | null): number | null {
  if (value === null || !/^[1-9]\d?$/.test(value)) return null;
  const bits = Number(value);
  return bits >= LEAST_WINDOW_BITS && bits <= MOST_WINDOW_BITS ? bits : null;
}

function faultOfBits(name: string, value: string | null): string {
  return value === null ? `${name} has no value` : `${name} is ${value}, not a number from 8 to 15`;
}

/**
 * Where an answer says what no offer allows: null where it fits one of them. Only an answer without faults is compared.
 * Source: RFC 7692 §7.1.1, §7.1.2.
 */
export function misfit(answer: DeflateParameters, offers: readonly DeflateParameters[]): string | null {
  let fault: string | null = null;
  for (const offer of offers) {
    const found = misfitOf(answer, offer);
    if (found === null) return null;
    fault ??= found;
  }
  return fault;
}

function misfitOf(answer: DeflateParameters, offer: DeflateParameters): string | null {
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover) {
    return 'server_no_context_takeover was asked for';
  }
  if (offer.serverMaxWindowBits !== null) {
    const bits = answer.serverMaxWindowBits;
    if (bits === null || bits > offer.serverMaxWindowBits) {
      return `server_max_window_bits=${offer.serverMaxWindowBits} was asked for`;
    }
  }
  if (answer.clientMaxWindowBits !== null && offer.clientMaxWindowBits === null) {
    return 'client_max_window_bits was not offered';
  }
  return null;
}
