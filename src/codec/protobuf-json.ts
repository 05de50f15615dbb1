// Walks the octets of a protobuf message along its table and writes JSON octets in the same pass. It knows no ids and no
// files. Fields mostly come in order and once, and are then written as they are met; where they do not, the message is
// put in order first (wire-order.ts), so that there is one way only to write.

import { isZero, writeScalar, writeScalarKey } from './json-scalar.ts';
import { BYTES, type FieldRow, MAP, MESSAGE, type MessageTable, ORDINARY, STRING } from './message-table.ts';
import type { OctetWriter } from './octet-writer.ts';
import { MALFORMED, OUT_OF_ORDER, type Outcome, WRITTEN } from './outcome.ts';
import { ORDERED_LIMIT, PARTS_LIMIT, TOO_MANY_PARTS, TOO_MUCH_ORDERED } from './value-limits.ts';
import { writeWellKnown } from './well-known-types.ts';
import { accepts, WireOrder } from './wire-order.ts';
import { DEPTH_LIMIT, GROUP_START, TOO_DEEP, WireReader } from './wire-reader.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Members of an object: the first ones, or behind others. */
const FIRST = false;
const FURTHER = true;

/** Where the count of parts begins: the message itself is none. */
const OUTERMOST = -1;

/** Finds a message type by its full name, for `google.protobuf.Any`. */
export type TypeLookup = (name: string) => MessageTable | undefined;

/** Why a message could not be written. */
export interface WireFailure {
  /** In the octets given; −1 where it lies in a part that had to be reordered. */
  offset: number;
  /** Field names, outermost first, joined by dots; empty for the message itself. */
  path: string;
  reason: string;
}

export class ProtobufJson {
  readonly reader = new WireReader();
  readonly typeNamed: TypeLookup;
  writer: OctetWriter;
  readonly #path: string[] = [];
  /** The octets being read are ordered: no field can come late or twice. */
  #ordered = false;
  #offsetKnown = true;
  /** Messages inside, map entries and texts so far. */
  #parts = OUTERMOST;
  /** Octets of what is embedded and put in order, around what is being written. */
  #embedded = 0;
  readonly #order = new WireOrder();
  /** Where the key of the last map entry ends in the writer. */
  #keyEnd = 0;

  constructor(writer: OctetWriter, typeNamed: TypeLookup) {
    this.writer = writer;
    this.typeNamed = typeNamed;
  }

  /** Writes the message `octets[start, end)`; null when done, otherwise the writer's position is as before. */
  write(table: MessageTable, octets: Uint8Array, start: number, end: number, writer: OctetWriter): WireFailure | null {
    const { reader } = this;
    const before = writer.position;
    reader.reset(octets, start);
    this.writer = writer;
    this.#parts = OUTERMOST;
    this.#embedded = 0;
    // Setting a length costs as much as reading a small message.
    if (this.#path.length > 0) this.#path.length = 0;
    this.#ordered = false;
    this.#offsetKnown = true;
    let outcome = this.message(table, end, 0);
    if (outcome === OUT_OF_ORDER) {
      // Once for the whole message: trying again at every level would double the work with each.
      writer.position = before;
      this.#parts = OUTERMOST;
      outcome = this.#writeOrdered(this.#order, table, start, end, 0, (orderedEnd) =>
        this.message(table, orderedEnd, 0),
      );
    }
    if (outcome === WRITTEN) return null;
    writer.position = before;
    const offset = this.#offsetKnown ? reader.failureOffset : -1;
    return { offset, path: this.#path.join('.'), reason: reader.failureReason };
  }

  /** The message from the reader's position to `end`, in its type's JSON form. */
  message(table: MessageTable, end: number, depth: number): Outcome {
    if (depth > DEPTH_LIMIT) {
      this.reader.fail(this.reader.position, TOO_DEEP);
      return MALFORMED;
    }
    if (++this.#parts > PARTS_LIMIT) return this.#tooManyParts();
    if (table.wellKnown !== ORDINARY) return writeWellKnown(this, table, end, depth);
    return this.object(table, end, depth);
  }

  /** The same as an object of its fields, whatever the type. */
  object(table: MessageTable, end: number, depth: number): Outcome {
    this.writer.octet(OPEN_OBJECT);
    const outcome = this.members(table, end, depth, FIRST);
    this.writer.octet(CLOSE_OBJECT);
    return outcome;
  }

  /** The fields without the braces. @param areFurther whether other members stand before them */
  members(table: MessageTable, end: number, depth: number, areFurther: boolean): Outcome {
    const reader = this.reader;
    const writer = this.writer;
    const dense = table.dense;
    let separate = areFurther;
    let last = -1;
    let closing = 0;
    let oneofs = 0;
    let keys: Set<string> | null = null;
    while (reader.position < end) {
      const wireType = reader.tag(end);
      if (wireType < 0) return MALFORMED;
      const row = reader.number < dense.length ? dense[reader.number] : table.sparse.get(reader.number);
      if (row === undefined || !accepts(row, wireType)) {
        if (!reader.skip(wireType, end, depth)) return row ? this.#malformedIn(row) : MALFORMED;
        continue;
      }
      if (row.index !== last) {
        if (closing !== 0) {
          writer.octet(closing);
          closing = 0;
        }
        if (!this.#ordered) {
          // More oneofs than bits share them: at worst a message is ordered that was in order.
          const bit = row.oneof < 0 ? 0 : 1 << (row.oneof & 31);
          if (row.index < last || (oneofs & bit) !== 0) return OUT_OF_ORDER;
          oneofs |= bit;
        }
        last = row.index;
      } else if (!row.repeated && row.kind !== MAP && !this.#ordered) {
        return OUT_OF_ORDER;
      }

      if (row.repeated || row.kind === MAP) {
        let stop = end;
        const packed = wireType !== row.wireType;
        if (packed) {
          stop = reader.lengthDelimited(end);
          if (stop < 0) return this.#malformedIn(row);
          if (stop === reader.position) continue;
        }
        if (closing === 0) {
          if (separate) writer.octet(COMMA);
          separate = true;
          writer.constant(row.key);
          writer.octet(row.kind === MAP ? OPEN_OBJECT : OPEN_ARRAY);
          closing = row.kind === MAP ? CLOSE_OBJECT : CLOSE_ARRAY;
          keys = row.kind === MAP ? new Set() : null;
        } else {
          writer.octet(COMMA);
        }
        const outcome = packed
          ? this.#packed(row, stop)
          : keys === null
            ? this.value(row, end, depth)
            : this.entry(row, end, depth, keys);
        if (outcome !== WRITTEN) return this.#failedIn(row, outcome);
        continue;
      }

      if (row.kind < STRING) {
        if (!reader.numeric(wireType, end)) return this.#malformedIn(row);
        if (!row.presence && isZero(row, reader.low, reader.high)) continue;
        if (separate) writer.octet(COMMA);
        separate = true;
        writer.constant(row.key);
        writeScalar(writer, row, reader.low, reader.high);
        continue;
      }
      if (row.kind !== MESSAGE) {
        const stop = reader.lengthDelimited(end);
        if (stop < 0) return this.#malformedIn(row);
        if (!row.presence && stop === reader.position) continue;
        if (separate) writer.octet(COMMA);
        separate = true;
        writer.constant(row.key);
        if (this.#text(row, stop) !== WRITTEN) return this.#malformedIn(row);
        continue;
      }
      if (separate) writer.octet(COMMA);
      separate = true;
      writer.constant(row.key);
      const outcome = this.value(row, end, depth);
      if (outcome !== WRITTEN) return this.#failedIn(row, outcome);
    }
    if (closing !== 0) writer.octet(closing);
    return WRITTEN;
  }

  /** One value of a field whose tag was read: not packed, not a map's entry. */
  value(row: FieldRow, end: number, depth: number): Outcome {
    const reader = this.reader;
    const writer = this.writer;
    if (row.kind < STRING) {
      if (!reader.numeric(row.wireType, end)) return MALFORMED;
      writeScalar(writer, row, reader.low, reader.high);
      return WRITTEN;
    }
    if (row.wireType === GROUP_START) return this.#group(row, end, depth);
    const stop = reader.lengthDelimited(end);
    if (stop < 0) return MALFORMED;
    if (row.kind === MESSAGE) return this.message(row.child as MessageTable, stop, depth + 1);
    return this.#text(row, stop);
  }

  /** A map's entry as `"key":value`; its tag was read. `keys` has those of the same map. */
  entry(row: FieldRow, end: number, depth: number, keys: Set<string>): Outcome {
    const reader = this.reader;
    const stop = reader.lengthDelimited(end);
    if (stop < 0) return MALFORMED;
    if (++this.#parts > PARTS_LIMIT) return this.#tooManyParts();
    const keyStart = this.writer.position;
    const outcome = this.#entryFields(row.child as MessageTable, stop, depth + 1);
    if (outcome !== WRITTEN || this.#ordered) return outcome;
    const key = this.writer.text(keyStart, this.#keyEnd);
    if (keys.has(key)) return OUT_OF_ORDER;
    keys.add(key);
    return WRITTEN;
  }

  /** The value of a field that was not sent. */
  absent(row: FieldRow, depth: number): Outcome {
    if (row.kind < STRING) {
      writeScalar(this.writer, row, 0, 0);
      return WRITTEN;
    }
    if (row.kind === MESSAGE) return this.message(row.child as MessageTable, this.reader.position, depth + 1);
    this.writer.ascii('""');
    return WRITTEN;
  }

  /**
   * What an `Any` holds, at `[start, end)` of the current octets, as further members of its object. It is put in order
   * unseen: the outer message's order says nothing of it, as it is but bytes there.
   */
  embedded(table: MessageTable, start: number, end: number, depth: number): Outcome {
    const { reader, writer } = this;
    this.#embedded += end - start;
    if (this.#embedded > ORDERED_LIMIT) {
      reader.fail(start, TOO_MUCH_ORDERED);
      return MALFORMED;
    }
    const outer = { octets: reader.octets, position: reader.position, ordered: this.#ordered };
    const outcome = this.#writeOrdered(new WireOrder(), table, start, end, depth, (orderedEnd) => {
      if (table.wellKnown === ORDINARY) return this.members(table, orderedEnd, depth, FURTHER);
      writer.ascii(',"value":');
      return this.message(table, orderedEnd, depth);
    });
    this.#embedded -= end - start;
    reader.octets = outer.octets;
    reader.position = outer.position;
    this.#ordered = outer.ordered;
    return outcome;
  }

  /** Orders `[start, end)` of the current octets and goes on in the result, from its beginning, with `form`. */
  #writeOrdered(
    order: WireOrder,
    table: MessageTable,
    start: number,
    end: number,
    depth: number,
    form: (orderedEnd: number) => Outcome,
  ): Outcome {
    const { reader } = this;
    if (!order.order(table, reader.octets, start, end, depth)) {
      reader.fail(order.reader.failureOffset, order.reader.failureReason);
      this.#path.unshift(...order.path);
      return MALFORMED;
    }
    reader.octets = order.octets;
    reader.position = 0;
    this.#ordered = true;
    const outcome = form(order.end);
    if (outcome === MALFORMED) this.#offsetKnown = false;
    return outcome;
  }

  #packed(row: FieldRow, stop: number): Outcome {
    const { reader, writer } = this;
    for (let first = true; reader.position < stop; first = false) {
      if (!reader.numeric(row.wireType, stop)) return MALFORMED;
      if (!first) writer.octet(COMMA);
      writeScalar(writer, row, reader.low, reader.high);
    }
    return WRITTEN;
  }

  /** The string or bytes from the reader's position to `stop`. */
  #text(row: FieldRow, stop: number): Outcome {
    const { reader, writer } = this;
    if (++this.#parts > PARTS_LIMIT) return this.#tooManyParts();
    if (row.kind === BYTES) {
      writer.octet(QUOTE);
      writer.base64(reader.octets, reader.position, stop);
      writer.octet(QUOTE);
    } else if (!writer.jsonText(reader.octets, reader.position, stop)) {
      reader.fail(reader.position, 'a string is not UTF-8');
      return MALFORMED;
    }
    reader.position = stop;
    return WRITTEN;
  }

  #group(row: FieldRow, end: number, depth: number): Outcome {
    const reader = this.reader;
    const start = reader.position;
    if (!reader.skip(GROUP_START, end, depth)) return MALFORMED;
    const after = reader.position;
    const contentEnd = reader.groupContentEnd;
    reader.position = start;
    const outcome = this.message(row.child as MessageTable, contentEnd, depth + 1);
    reader.position = after;
    return outcome;
  }

  #entryFields(table: MessageTable, end: number, depth: number): Outcome {
    const reader = this.reader;
    const [key, value] = table.fields;
    let keyWritten = false;
    let valueWritten = false;
    if (depth > DEPTH_LIMIT) {
      reader.fail(reader.position, TOO_DEEP);
      return MALFORMED;
    }
    while (reader.position < end) {
      const wireType = reader.tag(end);
      if (wireType < 0) return MALFORMED;
      if (reader.number === key.number && wireType === key.wireType) {
        if (keyWritten) return OUT_OF_ORDER;
        if (!this.#key(key, end)) return this.#malformedIn(key);
        keyWritten = true;
      } else if (reader.number === value.number && wireType === value.wireType) {
        if (valueWritten) return OUT_OF_ORDER;
        if (!keyWritten) this.#absentKey(key);
        keyWritten = true;
        valueWritten = true;
        const outcome = this.value(value, end, depth);
        if (outcome !== WRITTEN) return this.#failedIn(value, outcome);
      } else if (!reader.skip(wireType, end, depth)) {
        return MALFORMED;
      }
    }
    if (!keyWritten) this.#absentKey(key);
    return valueWritten ? WRITTEN : this.absent(value, depth);
  }

  #key(row: FieldRow, end: number): boolean {
    const reader = this.reader;
    if (row.kind === STRING) {
      const stop = reader.lengthDelimited(end);
      if (stop < 0 || this.#text(row, stop) !== WRITTEN) return false;
    } else {
      if (!reader.numeric(row.wireType, end)) return false;
      writeScalarKey(this.writer, row, reader.low, reader.high);
    }
    this.#keyWritten();
    return true;
  }

  #absentKey(row: FieldRow): void {
    if (row.kind === STRING) this.writer.ascii('""');
    else writeScalarKey(this.writer, row, 0, 0);
    this.#keyWritten();
  }

  #keyWritten(): void {
    this.#keyEnd = this.writer.position;
    this.writer.octet(COLON);
  }

  #tooManyParts(): Outcome {
    this.reader.fail(this.reader.position, TOO_MANY_PARTS);
    return MALFORMED;
  }

  #malformedIn(row: FieldRow): Outcome {
    this.#path.unshift(row.name);
    return MALFORMED;
  }

  #failedIn(row: FieldRow, outcome: Outcome): Outcome {
    return outcome === MALFORMED ? this.#malformedIn(row) : outcome;
  }
}
