// What tcpdump is told wherever it captures for us: packet by packet to its standard output, and how much room the system keeps for
// packets that it did not take yet. Knows nothing of how it is run.

/** Octets of the longest packet of an interface, with its link header: each packet takes as much of the room, as none may wait for others. */
const SNAP_LENGTH = '65600';

/**
 * MiB of that room, which is the kernel's and is asked for by `-B`: a thousand packets of the loopback interface, 40,000 of Ethernet
 * without offload. tcpdump's own 2 MiB are 31 packets there, fewer than one burst; the kernel takes up to twice what is asked for.
 */
export const ROOM = 64;

/** @param room MiB, or null for as much as tcpdump asks for by itself; @param more words of its own */
export function tcpdumpWords(
  name: string,
  filter: string,
  room: number | null,
  more: readonly string[] = [],
): string[] {
  return [
    ...['-i', name, '-n', '-U', '--immediate-mode', '-s', SNAP_LENGTH],
    ...(room === null ? [] : ['-B', String(room * 1024)]),
    ...more,
    ...['-w', '-'],
    ...(filter === '' ? [] : [filter]),
  ];
}
