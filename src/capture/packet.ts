// The one packet view that every reader of captures fills and hands on. It says where the captured octets lie
// and when they were seen; it knows nothing of what they mean.

/** Which packet something came from. Reused: whoever keeps it beyond the call copies it. */
export class Origin {
  /** Number of the packet record, from 1 (Wireshark's frame number); in a set of files, over all of them in order of time. */
  number = 0;
  /** Seconds since 1970, apart from the nanoseconds because together they exceed 2^53. */
  seconds = 0;
  nanoseconds = 0;
  /** Which file of a set; -1 where there is one alone. */
  file = -1;
  /** Number of the packet record in that file. */
  numberInFile = 0;

  copyFrom(other: Origin): void {
    this.number = other.number;
    this.seconds = other.seconds;
    this.nanoseconds = other.nanoseconds;
    this.file = other.file;
    this.numberInFile = other.numberInFile;
  }

  /** For whoever keeps it. */
  copy(): Origin {
    const copy = new Origin();
    copy.copyFrom(this);
    return copy;
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
  /** What somebody wrote about the packet into the capture (pcapng). */
  comments: readonly string[] = NO_COMMENTS;
}

export const NO_COMMENTS: readonly string[] = Object.freeze([]);

/** Takes packets in the order of the file. */
export interface PacketSink {
  onPacket(packet: PacketView): void;
}

/** What a capture says of itself before its first packet. */
export interface CaptureDescription {
  /** A name of `FORMATS`; of a set each that its files have, once, with a comma between; `unknown` where none was read. */
  format: string;
  /** LINKTYPE_ numbers of the interfaces known before the first packet, each once. */
  linkTypes: number[];
  /** Digits of the second that the capture's clock has: 6 or 9. */
  resolution: number;
  /** Names of a set's files, in the order in which `Origin.file` counts them; absent where there is one alone. */
  files?: string[];
}

/** Of what is no capture, or was not read up to where a capture says what it is. */
export const UNKNOWN_CAPTURE: CaptureDescription = { format: 'unknown', linkTypes: [], resolution: 6 };

/** Names of an address, as whoever captured resolved them. */
export interface AddressNames {
  kind: 'names';
  /** 4 or 16 octets; valid during the call. */
  address: Uint8Array;
  names: string[];
}

/** Packets that an interface received and the capturing system lost, beyond those that were told of it before. */
export interface PacketDrops {
  kind: 'drops';
  dropped: number;
}

/** Keys that the capture carries, for others to decrypt it with. */
export interface DecryptionSecrets {
  kind: 'secrets';
  /** `tls-key-log`, or another name by its type; a type without name as hex digits. */
  type: string;
  /** Octets of the secrets. */
  length: number;
}

/** What a capture says beside its packets. */
export type CaptureAnnex = AddressNames | PacketDrops | DecryptionSecrets;
