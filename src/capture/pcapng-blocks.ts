// The numbers of pcapng's blocks, draft-ietf-opsawg-pcapng §3 and §4: types, marks and lengths, for who reads them and who writes
// them. Knows no options.

export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const NAME_RESOLUTION = 4;
export const INTERFACE_STATISTICS = 5;
export const ENHANCED_PACKET = 6;
export const DECRYPTION_SECRETS = 10;

/** Type and length in front of a block's body, and the length again behind it. */
export const HEAD_LENGTH = 8;
export const TRAILER_LENGTH = 4;
export const SMALLEST_BLOCK = HEAD_LENGTH + TRAILER_LENGTH;
/** What must be there to know a block's byte order and length: a section header states its own. */
export const RECOGNITION_LENGTH = HEAD_LENGTH + 4;
/** Magic number, version and length of a section. */
export const SECTION_BODY_LENGTH = 16;
/** Octets of a packet block's body before the packet: interface, time in two halves, captured and original length. */
export const PACKET_BODY_LENGTH = 20;
/** Where in its block that packet begins. */
export const PACKET_AT = HEAD_LENGTH + PACKET_BODY_LENGTH;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const KNOWN_VERSION = 1;
