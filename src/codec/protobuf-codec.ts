// The article's protocol: an id, then a protobuf message of the type that the registry has for it. It puts a message's
// three parts together, `id`, `type` and `value`; what the id and the body are made of is known to the files it calls.

import { formatPlural } from '../plural.ts';
import type { DecodeFailure, PayloadCodec } from './codec.ts';
import { ConstantText } from './constant-text.ts';
import type { ExplainedPart } from './explanation.ts';
import type { MessageTable } from './message-table.ts';
import { OctetWriter, WriterFull } from './octet-writer.ts';
import { explainPayload } from './protobuf-explainer.ts';
import { ProtobufJson, type WireFailure } from './protobuf-json.ts';
import { type Registry, readId } from './registry.ts';
import { JSON_LIMIT, TOO_MUCH_JSON } from './value-limits.ts';

const CLOSE_OBJECT = 0x7d;
/** Octets by which a writer may ask for more room than it needs. */
const SPARE_ROOM = 64 * 1024;

/** A registered message, with all of its JSON that comes before the value. */
interface Registered {
  table: MessageTable;
  /** `{"id":1,"type":"pb.Ping","value":` */
  prefix: ConstantText;
}

export class ProtobufCodec implements PayloadCodec {
  readonly registry: Registry;
  readonly #registered = new Map<number, Registered>();
  readonly #json: ProtobufJson;

  constructor(registry: Registry) {
    this.registry = registry;
    this.#json = new ProtobufJson(new OctetWriter(), (name) => registry.typeNamed(name));
    for (const [id, table] of registry.messages) {
      const prefix = new ConstantText(`{"id":${id},"type":${JSON.stringify(table.name)},"value":`);
      this.#registered.set(id, { table, prefix });
    }
  }

  write(octets: Uint8Array, start: number, end: number, writer: OctetWriter): DecodeFailure | null {
    const { framing } = this.registry;
    if (end - start < framing.width) return tooShort(end - start, framing.width);
    const id = readId(framing, octets, start);
    const registered = this.#registered.get(id);
    if (registered === undefined) return { code: 'ErrNotRegister', message: `id ${id} is not in the registry` };
    const before = writer.position;
    const reason = this.#writeValue(registered, octets, start, end, writer);
    if (reason === null) return null;
    writer.position = before;
    return { code: 'ErrProtobuf', message: reason };
  }

  /** Returns why it could not be written. */
  #writeValue(
    { prefix, table }: Registered,
    octets: Uint8Array,
    start: number,
    end: number,
    writer: OctetWriter,
  ): string | null {
    const most = writer.position + JSON_LIMIT;
    const { limit } = writer;
    writer.limit = most + SPARE_ROOM;
    try {
      writer.constant(prefix);
      const failure = this.#json.write(table, octets, start + this.registry.framing.width, end, writer);
      if (failure !== null) return sentence(failure, table.name, start);
      writer.octet(CLOSE_OBJECT);
      if (writer.position <= most) return null;
    } catch (error) {
      if (!(error instanceof WriterFull)) throw error;
    } finally {
      writer.limit = limit;
    }
    return `${table.name}: ${TOO_MUCH_JSON}`;
  }

  typeOf(octets: Uint8Array, start: number, end: number): string | null {
    const { framing } = this.registry;
    if (end - start < framing.width) return null;
    return this.#registered.get(readId(framing, octets, start))?.table.name ?? null;
  }

  typeNames(): string[] {
    return [...this.registry.messages.values()].map(({ name }) => name);
  }

  explain(payload: Uint8Array): ExplainedPart[] {
    return explainPayload(this.registry, payload);
  }
}

function tooShort(length: number, width: number): DecodeFailure {
  return {
    code: 'ErrMsgShort',
    message: `the payload has ${formatPlural(length, 'octet')}, but the id takes ${width}`,
  };
}

/** `pb.Rich, field inner.seq, octet 5: a varint is cut off`; octets are counted from the payload's first. */
function sentence(failure: WireFailure, type: string, start: number): string {
  const where = [type];
  if (failure.path !== '') where.push(`field ${failure.path}`);
  if (failure.offset >= 0) where.push(`octet ${failure.offset - start}`);
  return `${where.join(', ')}: ${failure.reason}`;
}
