// How gorilla/websocket cuts a message that is written by `NextWriter`, one `Write` and `Close` (its conn.go, messageWriter).
// Lengths only: it knows no octets and no frames.

/** Payload octets of gorilla's write buffer where the program asks for none, and header room that it adds. */
export const GORILLA_BUFFER = 4096;
const GORILLA_HEADER_ROOM = 14;

/**
 * Payload octets of each frame, for `writeFragments`. A buffer that is full goes out once there is more; a server's single
 * write of more than twice the buffer goes out whole and is followed by an empty final frame.
 *
 * @param buffer payload octets that the write buffer holds; 4,082 for a server that reuses net/http's
 */
export function gorillaFragments(length: number, role: 'client' | 'server', buffer = GORILLA_BUFFER): number[] {
  if (role === 'server' && length > 2 * (buffer + GORILLA_HEADER_ROOM)) return [length, 0];
  const lengths: number[] = [];
  let rest = length;
  for (; rest > buffer; rest -= buffer) lengths.push(buffer);
  lengths.push(rest);
  return lengths;
}
