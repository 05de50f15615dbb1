// The options that serve and connect share: TLS files, fields of HTTP, subprotocols. Reads files, and says which one cannot
// be read.

import { appendFileSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readingReason, readingRemedy, writingReason, writingRemedy } from '../system-reason.ts';
import { Failure, PATH_ADVICE, say } from './failure.ts';
import { commaListed, listed } from './option-values.ts';

export type HeaderField = readonly [name: string, value: string];

export const TLS_GROUP = 'TLS:';

export interface TlsOptions {
  cert?: string;
  key?: string;
  keylog?: string;
}

const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)$/;

function parseField(word: string): HeaderField {
  const parts = FIELD.exec(word);
  if (parts === null) throw new InvalidArgumentError("It must be a field, such as 'Cookie: a=b'.");
  return [parts[1], parts[2]];
}

export function fieldOption(description: string): Option {
  return new Option('-H, --header <field>', description).argParser(listed(parseField));
}

export function subprotocolOption(description: string): Option {
  return new Option('--subprotocol <name>', description).argParser(commaListed((word) => word));
}

/** @param whose whose certificate it is */
export function addTlsOptions(command: Command, whose: string): Command {
  const options = [
    new Option('--cert <file>', `certificate ${whose}, PEM`),
    new Option('--key <file>', 'its private key, PEM'),
    new Option('--keylog <file>', 'write the keys of sessions there, for Wireshark'),
  ];
  for (const option of options) command.addOption(option.helpGroup(TLS_GROUP));
  return command;
}

/** @throws {Failure} where only one of the two is given, or cannot be read */
export function certificateOf({ cert, key }: TlsOptions): { cert: Uint8Array; key: Uint8Array } | null {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) throw new Failure('--cert and --key go together; give both');
  return { cert: fileOf('--cert', cert), key: fileOf('--key', key) };
}

/** @throws {Failure} where it cannot be read */
export function fileOf(option: string, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Failure(`${option} ${path}: ${readingReason(cause)}; ${readingRemedy(cause, PATH_ADVICE)}`, undefined, {
      cause,
    });
  }
}

/** What takes the lines of a key log; null where none is wanted. */
export function keyLogOf({ keylog }: TlsOptions): ((line: Uint8Array) => void) | null {
  if (keylog === undefined) return null;
  const append = (octets: Uint8Array) => appendFileSync(keylog, octets, { mode: 0o600 });
  // At once, so that a wrong path is told before anybody connects.
  try {
    append(new Uint8Array(0));
  } catch (cause) {
    throw new Failure(`--keylog ${keylog}: ${writingReason(cause)}; ${writingRemedy(cause)}`, undefined, { cause });
  }
  let isWritable = true;
  return (line) => {
    if (!isWritable) return;
    try {
      append(line);
    } catch (error) {
      isWritable = false;
      say(`--keylog ${keylog}: ${writingReason(error)}; no more keys are written`);
    }
  };
}
