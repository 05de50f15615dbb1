// Classic pcap as octets, draft-ietf-opsawg-pcap §4 and §5. Reading is in pcap.ts.

import { FILE_HEADER_LENGTH, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, RECORD_HEADER_LENGTH } from './pcap-header.ts';
import type { RecordFormat } from './record-format.ts';

export const pcapFormat: RecordFormat = {
  fileHeader({ linkType, resolution, snapLength, byteOrder }) {
    const little = byteOrder !== 'big';
    const octets = new Uint8Array(FILE_HEADER_LENGTH);
    const view = new DataView(octets.buffer);
    view.setUint32(0, resolution === 9 ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, little);
    view.setUint16(4, 2, little);
    view.setUint16(6, 4, little);
    view.setUint32(16, snapLength, little);
    view.setUint32(20, linkType, little);
    return octets;
  },

  recordLength: (captured) => RECORD_HEADER_LENGTH + captured,

  putRecord(target, at, packet, { resolution, byteOrder }) {
    const little = byteOrder !== 'big';
    const { octets, seconds, nanoseconds, originalLength } = packet;
    const view = new DataView(target.buffer, target.byteOffset + at, RECORD_HEADER_LENGTH);
    view.setUint32(0, seconds, little);
    view.setUint32(4, resolution === 9 ? nanoseconds : Math.floor(nanoseconds / 1000), little);
    view.setUint32(8, octets.length, little);
    view.setUint32(12, originalLength, little);
    target.set(octets, at + RECORD_HEADER_LENGTH);
    return at + RECORD_HEADER_LENGTH + octets.length;
  },
};
