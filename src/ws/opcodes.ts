// Opcodes and their names, RFC 6455 §5.2 and the IANA WebSocket Opcode registry.

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const names: readonly string[] = Array.from({ length: 16 }, (_, opcode) => {
  const known: Record<number, string> = {
    [CONTINUATION]: 'continuation',
    [TEXT]: 'text',
    [BINARY]: 'binary',
    [CLOSE]: 'close',
    [PING]: 'ping',
    [PONG]: 'pong',
  };
  return known[opcode] ?? `reserved-${opcode}`;
});

/** The name of an opcode 0…15; reserved ones are `reserved-N`. */
export function opcodeName(opcode: number): string {
  return names[opcode];
}

/** Payload octets of a control frame at most, RFC 6455 §5.5; of a close frame, two of them are the code. */
export const LONGEST_CONTROL = 125;

/** Control frames have the highest bit of the opcode set, RFC 6455 §5.5. */
export function isControl(opcode: number): boolean {
  return (opcode & 8) !== 0;
}
