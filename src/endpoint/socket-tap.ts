// Where a capture is taken in the process: the server and the client show every socket to a tap before an octet is
// read from it or written to it. This file knows no file format, and nothing of what the tap does with the sockets.

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Which end of the connection the socket is. */
export type SocketRole = 'client' | 'server';

export interface SocketTap {
  /**
   * Called once a connection, before any octet of it is read or written: at the server when the connection is accepted,
   * at the client before it connects. With TLS the socket is the one that carries plain text, at the server once its
   * handshake is done.
   */
  attach(socket: Socket | TLSSocket, role: SocketRole): void;
}
