// Messages and control frames, and frames where they are asked for, as CSV, one row each, for spreadsheets. Knows nothing of
// files, nor how a row is written.

import type { Endpoint, FrameEvent, WsdissectEvent } from '../dissect/events.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import { type CsvValue, formatRow, writeRow } from './csv-row.ts';
import { formatEndpoint } from './endpoint-text.ts';
import type { EventOutput, TextSink } from './text-sink.ts';

type Row = SaidEvent | FrameEvent;
type Parties = { client: Endpoint; server: Endpoint };

interface CsvColumn {
  name: string;
  value(row: Row, parties: Parties | undefined): CsvValue;
}

/** The columns in their order: a contract with whoever reads them, so new ones come last. */
const columns: CsvColumn[] = [
  { name: 'connection', value: (row) => row.connection },
  { name: 'packet', value: (row) => row.packet },
  { name: 'time', value: (row) => row.time },
  { name: 'elapsed', value: (row) => row.elapsed },
  { name: 'direction', value: (row) => row.direction },
  { name: 'client', value: (_row, parties) => parties && formatEndpoint(parties.client) },
  { name: 'server', value: (_row, parties) => parties && formatEndpoint(parties.server) },
  { name: 'kind', value: (row) => row.type },
  { name: 'opcode', value: (row) => row.opcode },
  { name: 'length', value: (row) => row.length },
  { name: 'wireLength', value: (row) => (row.type === 'message' ? row.wireLength : row.length) },
  { name: 'frames', value: (row) => (row.type === 'message' ? row.frames : 1) },
  { name: 'compressed', value: (row) => row.type === 'message' && row.compressed },
  { name: 'id', value: (row) => (row.type === 'message' ? row.decoded?.id : null) },
  { name: 'type', value: (row) => (row.type === 'message' ? row.decoded?.type : null) },
  {
    name: 'value',
    value: (row) => (row.type === 'message' && row.decoded ? JSON.stringify(row.decoded.value) : null),
  },
  { name: 'text', value: (row) => (row.type === 'message' ? row.text : null) },
  { name: 'data', value: (row) => (row.type === 'frame' ? null : row.data) },
  { name: 'code', value: (row) => (row.type === 'control' ? row.code : null) },
  { name: 'reason', value: (row) => (row.type === 'control' ? row.reason : null) },
  { name: 'error', value: errorOf },
];

/** What only frames have, behind the others where frames are asked for. */
const frameColumns: CsvColumn[] = (['fin', 'rsv', 'masked', 'key', 'headerLength', 'offset'] as const).map((name) => ({
  name,
  value: (row) => (row.type === 'frame' ? row[name] : null),
}));

function errorOf(row: Row): string | null {
  if (row.type !== 'message') return null;
  if (row.inflated === false) return 'compressed, not inflated';
  return row.decodeError ? `${row.decodeError.code}: ${row.decodeError.message}` : null;
}

export interface CsvOptions {
  /** Whether there will be `frame` events. */
  frames?: boolean;
  /** Whether rows of other files follow: each says its file, and the names stand before all of them. */
  isOneOfSeveral?: boolean;
}

const fileColumn: CsvColumn = { name: 'file', value: (row) => row.file };

function columnsOf({ frames, isOneOfSeveral }: CsvOptions): CsvColumn[] {
  return [...columns, ...(frames ? frameColumns : []), ...(isOneOfSeveral ? [fileColumn] : [])];
}

/** The row with the columns' names. */
export function csvNames(options: CsvOptions): string {
  return formatRow(columnsOf(options).map((column) => column.name));
}

export class CsvOutput implements EventOutput {
  readonly #out: TextSink;
  readonly #parties = new Map<number, Parties>();

  readonly #columns: readonly CsvColumn[];

  constructor(out: TextSink, options: CsvOptions = {}) {
    this.#out = out;
    this.#columns = columnsOf(options);
    if (!options.isOneOfSeveral) out.write(csvNames(options));
  }

  onEvent(event: WsdissectEvent): void {
    switch (event.type) {
      case 'handshake':
      case 'midstream':
        this.#parties.set(event.connection, { client: event.client, server: event.server });
        break;
      case 'end':
        this.#parties.delete(event.connection);
        break;
      case 'message':
      case 'control':
      case 'frame': {
        const parties = this.#parties.get(event.connection);
        writeRow(
          this.#out,
          this.#columns.map((column) => column.value(event, parties)),
        );
        break;
      }
    }
  }

  /** Nothing is held back. */
  finish(): void {}
}
