// The article's message protocol: an id, then a protobuf message of the type that is registered for it. It turns values into
// the payloads of WebSocket messages and back; it knows neither frames nor connections.

import { type DecodeFailure, EncodeError, type Registry } from '../codec/index.ts';
import { MessageEncoder } from '../codec/message-encoder.ts';
import { type MessageTable, MessageTables } from '../codec/message-table.ts';
import { OctetWriter } from '../codec/octet-writer.ts';
import { ProtobufCodec } from '../codec/protobuf-codec.ts';
import { DEFAULT_FRAMING, highestId, type IdFraming, NARROWEST_ID, WIDEST_ID, writeId } from '../codec/registry.ts';
import { nearestName } from '../nearest-name.ts';
import { checkOptions } from '../option-checks.ts';
import { MESSAGE_PROTOCOL_OPTIONS } from './option-tables.ts';

/** The article's names of what may go wrong; `ErrProtobuf` stands for the errors of its protobuf library. */
export type MessageProtocolErrorCode = DecodeFailure['code'] | 'ErrMsgNotProto' | 'ErrProtocol' | 'ErrNil';

export class MessageProtocolError extends Error {
  override readonly name = 'MessageProtocolError';
  readonly code: MessageProtocolErrorCode;

  constructor(code: MessageProtocolErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A message that was understood. */
export interface TypedMessage {
  id: number;
  /** Full name, such as `pb.Ping`. */
  type: string;
  /** By the proto3 JSON mapping. */
  value: Record<string, unknown>;
}

/** The parts of protobufjs's `Type` by which one is known, whichever copy of protobufjs it comes from. */
type ProtobufType = Parameters<MessageTables['of']>[0];

export interface MessageProtocolOptions {
  /** The order of an id's octets: big-endian by default, as the article's, else little-endian. */
  useBigEndian?: boolean;
  /** Octets of an id, 1…4. Default 2. */
  idBytes?: number;
}

export class MessageProtocol {
  readonly framing: Readonly<IdFraming>;
  readonly #tables = new MessageTables();
  readonly #byId = new Map<number, MessageTable>();
  readonly #idByName = new Map<string, number>();
  readonly #roots = new Set<ProtobufType['root']>();
  readonly #encoder = new MessageEncoder((name) => this.#typeNamed(name));
  readonly #writer = new OctetWriter();
  #registry: Registry | null = null;
  /** Made anew after each `register`. */
  #codec: ProtobufCodec | null = null;

  /**
   * @throws {TypeError} of an option that is not as it must be
   * @throws {RangeError} where an id cannot take so many octets
   */
  constructor(options: MessageProtocolOptions = {}) {
    checkOptions(options, MESSAGE_PROTOCOL_OPTIONS);
    const { useBigEndian = true, idBytes = DEFAULT_FRAMING.width } = options;
    if (!(Number.isInteger(idBytes) && idBytes >= NARROWEST_ID && idBytes <= WIDEST_ID)) {
      throw new RangeError(`an id cannot take ${idBytes} octets; use ${NARROWEST_ID}…${WIDEST_ID}`);
    }
    this.framing = { width: idBytes, byteOrder: useBigEndian ? 'big' : 'little' };
  }

  /** The protocol that a registry describes. */
  static of(registry: Registry): MessageProtocol {
    const { width, byteOrder } = registry.framing;
    const protocol = new MessageProtocol({ idBytes: width, useBigEndian: byteOrder === 'big' });
    protocol.#registry = registry;
    for (const [id, table] of registry.messages) protocol.#put(table, id);
    return protocol;
  }

  /** Registered types by id. */
  get types(): ReadonlyMap<number, string> {
    return new Map([...this.#byId].map(([id, table]) => [id, table.name]));
  }

  /** The id of a type; undefined where it has none. */
  idOf(type: string): number | undefined {
    return this.#idByName.get(type);
  }

  /** Names of a registered type's fields, as JSON may have them. */
  fieldsOf(type: string): string[] {
    const id = this.#idByName.get(type);
    const table = id === undefined ? undefined : this.#byId.get(id);
    return table?.fields.map((row) => row.name) ?? [];
  }

  /**
   * Gives a type its id. A type registered again moves to the new id, and an id that was taken is the new type's.
   *
   * @param type a message type of protobufjs 8, as `root.lookupType('pb.Ping')`
   * @throws {MessageProtocolError} `ErrMsgNotProto` where it is no message type, `ErrProtocol` where all ids are taken
   * @throws {RangeError} where the id does not fit into its octets
   */
  register(type: unknown, id: number): void {
    if (!isProtobufType(type))
      throw new MessageProtocolError('ErrMsgNotProto', 'the value is no protobuf message type');
    const most = highestId(this.framing.width);
    if (this.#byId.size >= most) throw new MessageProtocolError('ErrProtocol', `${most} ids are taken`);
    if (!(Number.isInteger(id) && id >= 0 && id <= most)) throw new RangeError(`id ${id} is not within 0…${most}`);
    this.#roots.add(type.root);
    this.#put(this.#tables.of(type), id);
  }

  /**
   * The payload of a message: its id, then its protobuf octets.
   *
   * @throws {MessageProtocolError} `ErrNotRegister` where the type has no id, `ErrProtobuf` where the value does not fit it
   */
  marshal(type: string, value: unknown = {}): Uint8Array {
    const id = this.#idByName.get(type);
    const table = id === undefined ? undefined : this.#byId.get(id);
    if (id === undefined || table === undefined) {
      const nearest = nearestName(type, this.#idByName.keys());
      const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
      throw new MessageProtocolError('ErrNotRegister', `${type} is not registered${hint}`);
    }
    const { width } = this.framing;
    const body = this.#encode(table, value);
    const payload = new Uint8Array(width + body.length);
    writeId(this.framing, id, payload, 0);
    payload.set(body, width);
    return payload;
  }

  /**
   * What a payload says.
   *
   * @throws {MessageProtocolError} `ErrMsgShort` below the octets of an id, `ErrNotRegister` where the id has no type,
   * `ErrProtobuf` where the rest is no message of that type
   */
  unmarshal(payload: Uint8Array): TypedMessage {
    this.#codec ??= new ProtobufCodec({
      framing: this.framing,
      messages: this.#byId,
      typeNamed: (name) => this.#typeNamed(name),
    });
    this.#writer.position = 0;
    const failure = this.#codec.write(payload, 0, payload.length, this.#writer);
    if (failure !== null) throw new MessageProtocolError(failure.code, failure.message);
    return JSON.parse(this.#writer.text());
  }

  #encode(table: MessageTable, value: unknown): Uint8Array {
    try {
      return this.#encoder.encode(table, value);
    } catch (error) {
      if (error instanceof EncodeError) throw new MessageProtocolError('ErrProtobuf', error.message, error);
      throw error;
    }
  }

  #put(table: MessageTable, id: number): void {
    const before = this.#byId.get(id);
    if (before !== undefined) this.#idByName.delete(before.name);
    const other = this.#idByName.get(table.name);
    if (other !== undefined) this.#byId.delete(other);
    this.#byId.set(id, table);
    this.#idByName.set(table.name, id);
    this.#codec = null;
  }

  #typeNamed(name: string): MessageTable | undefined {
    const known = this.#registry?.typeNamed(name);
    if (known !== undefined) return known;
    for (const root of this.#roots) {
      const found = root.lookup(name);
      if (isProtobufType(found)) return this.#tables.of(found);
    }
    return undefined;
  }
}

/**
 * The protocol, where there is one: using it before it is made fails in the article's words.
 *
 * @throws {MessageProtocolError} `ErrNil`
 */
export function madeProtocol(protocol: MessageProtocol | null | undefined): MessageProtocol {
  if (protocol === null || protocol === undefined) throw new MessageProtocolError('ErrNil', 'msg prt nil');
  return protocol;
}

function isProtobufType(value: unknown): value is ProtobufType {
  if (typeof value !== 'object' || value === null) return false;
  const { fullName, fieldsArray, root } = value as Partial<ProtobufType>;
  if (typeof fullName !== 'string' || !Array.isArray(fieldsArray) || typeof root?.resolveAll !== 'function')
    return false;
  // What a field is called in JSON is settled with its type.
  root.resolveAll();
  return fieldsArray.every((field) => typeof field.jsonName === 'string');
}
