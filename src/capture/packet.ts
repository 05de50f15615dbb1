// The one packet view that every reader of captures fills and hands on. It says where the captured octets lie
// and when they were seen; it knows nothing of what they mean.

/** Which packet something came from. Reused: whoever keeps it beyond the call copies it. */
export class Origin {
  /** Number of the packet record, from 1 (Wireshark's frame number). */
  number = 0;
  /** Seconds since 1970, apart from the nanoseconds because together they exceed 2^53. */
  seconds = 0;
  nanoseconds = 0;

  copyFrom(other: Origin): void {
    this.number = other.number;
    this.seconds = other.seconds;
    this.nanoseconds = other.nanoseconds;
  }
}

/** Stands where no packet is known yet; never written to. */
export const NOWHERE: Origin = new Origin();

/** One captured packet, valid during `onPacket` only: the buffer is read over afterwards. */
export class PacketView {
  readonly origin = new Origin();
  buffer: Uint8Array = new Uint8Array(0);
  /** Half-open range of the captured octets in `buffer`. */
  start = 0;
  end = 0;
  /** Length on the wire, in octets; more than `end - start` where the snaplen cut. */
  originalLength = 0;
  /** LINKTYPE_ number, https://www.tcpdump.org/linktypes.html */
  linkType = 0;
  /** Octets of frame check sequence at the end of each packet, as the file header says. */
  fcsLength = 0;
}

/** Takes packets in the order of the file. */
export interface PacketSink {
  onPacket(packet: PacketView): void;
}

/** What a capture says of itself before its first packet. */
export interface CaptureDescription {
  /** `pcap`; other formats add their names. */
  format: string;
  /** LINKTYPE_ numbers of the interfaces. */
  linkTypes: number[];
  /** Digits of the second that the capture's clock has: 6 or 9. */
  resolution: number;
}
