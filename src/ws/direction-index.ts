// The two directions of a conversation as numbers, by which what there is of each stands in tables. Does not know which end of a TCP
// connection is the client.

/** 0 from the client to the server, 1 back. */
export type DirectionIndex = 0 | 1;
export const CLIENT_TO_SERVER = 0;
export const SERVER_TO_CLIENT = 1;

export function oppositeOf(direction: DirectionIndex): DirectionIndex {
  return direction === CLIENT_TO_SERVER ? SERVER_TO_CLIENT : CLIENT_TO_SERVER;
}
