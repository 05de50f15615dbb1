// One TCP segment and its octets, as the tap writes them; tshark is the witness (capture-builder.test.ts).

export * from '../../src/link/packet-writer.ts';
export { ACK, FIN, PSH, RST, SYN } from '../../src/link/segment.ts';
