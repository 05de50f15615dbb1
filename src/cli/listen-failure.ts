// Why a server could not listen, in words: a row for each of the system's codes.

import { Failure } from './failure.ts';

const NO_ADDRESS = ({ host }: Place) =>
  `${host} is no address of this machine; name one with --host, such as 127.0.0.1`;

interface Place {
  host: string;
  port: number;
}

const WORDS: Readonly<Record<string, (place: Place) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `${host}:${port} is taken already; name another with --port, or 0 for any that is free`,
  EACCES: ({ host, port }) => `${host}:${port} may not be listened on; name a port from 1024 on with --port`,
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
};

/** What the system was asked for where nobody can listen: the same codes come of files, too. */
const LISTENING: readonly unknown[] = ['listen', 'bind', 'getaddrinfo'];

/** The failure for a user where the error says that nobody can listen there; else the error itself. */
export function listenFailure(error: unknown, place: Place): unknown {
  const { code = '', syscall } = Object(error) as NodeJS.ErrnoException;
  const words = LISTENING.includes(syscall) ? WORDS[code] : undefined;
  return words === undefined ? error : new Failure(words(place), undefined, { cause: error });
}
