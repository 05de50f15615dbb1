// The options of whoever connects: fields of the request, what is offered, how long to wait, whom to trust.

import { type Command, Option } from 'commander';
import { secondsFrom } from './option-values.ts';
import {
  addTlsOptions,
  fieldOption,
  type HeaderField,
  subprotocolOption,
  TLS_GROUP,
  type TlsOptions,
} from './peer-options.ts';

export interface HandshakeOptions extends TlsOptions {
  header?: HeaderField[];
  subprotocol?: string[];
  origin?: string;
  compression?: true;
  /** Seconds. */
  timeout: number;
  /** Seconds. */
  retry: number;
  ca?: string;
  insecure?: true;
}

const HANDSHAKE_GROUP = 'How to connect:';

export function addHandshakeOptions(command: Command): Command {
  const handshake = [
    fieldOption('further field of the request; repeatable'),
    subprotocolOption('subprotocol to offer; repeatable'),
    new Option('--origin <origin>', 'Origin, as a browser sends it'),
    new Option('--compression', 'offer permessage-deflate'),
    new Option('--timeout <s>', 'seconds to wait for the answer (10)').argParser(secondsFrom(0.001)).default(10),
    new Option('--retry <s>', 'seconds to try again while nothing listens (0)').argParser(secondsFrom(0)).default(0),
  ];
  for (const option of handshake) command.addOption(option.helpGroup(HANDSHAKE_GROUP));
  return command;
}

export function addClientTlsOptions(command: Command): Command {
  addTlsOptions(command, 'of the client, where the server asks for one');
  command.addOption(
    new Option('--ca <file>', "who may have signed the server's certificate, PEM").helpGroup(TLS_GROUP),
  );
  command.addOption(new Option('--insecure', 'take any certificate').helpGroup(TLS_GROUP));
  return command;
}
