// The formats in which events are written, a row each, which loads its output when it is asked for and nothing of the others. Knows
// nothing of where the events come from.

import type { PayloadCodec } from '../codec/codec.ts';
import type { CaptureClock } from '../dissect/clock.ts';
import type { EventOutput } from '../output/text-sink.ts';
import type { Output } from './capture-run.ts';
import type { EventCommandOptions } from './event-run.ts';
import { pageOf } from './output-options.ts';
import { StandardOutput } from './standard-output.ts';

/** What an output may depend on. */
interface OutputContext {
  options: EventCommandOptions;
  codec: PayloadCodec | null;
  /** Whether somebody looks while the capture goes on. */
  isLive: boolean;
  /** Whether this run captures. */
  captures: boolean;
  /** Whether other captures are read by themselves, into the same output. */
  isOneOfSeveral: boolean;
}

type OutputMaker = (clock: CaptureClock) => Output;

interface EventOutputFormat {
  /** Whether people look at it while the capture is read, rather than a program. */
  isForPeople: boolean;
  /** The row of names, of a format that has one, for once before the outputs of several captures. */
  namesOfEach?: (options: EventCommandOptions) => Promise<string>;
  load(context: OutputContext): Promise<OutputMaker>;
}

const outputs = {
  table: {
    isForPeople: true,
    load: ofEvents(async (out, { options, codec, captures }) => {
      const { TableOutput } = await import('../output/table.ts');
      return new TableOutput(out, { ...pageOf(options), time: options.time, hasRegistry: codec !== null, captures });
    }),
  },
  ndjson: {
    isForPeople: false,
    load: async (context) => {
      const { NdjsonWriter } = await import('../output/ndjson.ts');
      const out = new StandardOutput('ndjson');
      return (clock) => {
        const sink = new NdjsonWriter((octets) => out.writeEncoded(octets), eventOptionsOf(context), clock);
        return { sink, flush: () => sink.flush(), finish: () => {} };
      };
    },
  },
  json: {
    isForPeople: false,
    load: ofEvents(async (out) => {
      const { JsonOutput } = await import('../output/json.ts');
      return new JsonOutput(out);
    }),
  },
  csv: {
    isForPeople: false,
    namesOfEach: async ({ frames }) => {
      const { csvNames } = await import('../output/csv.ts');
      return csvNames({ frames: frames === true, isOneOfSeveral: true });
    },
    load: ofEvents(async (out, { options, isOneOfSeveral }) => {
      const { CsvOutput } = await import('../output/csv.ts');
      return new CsvOutput(out, { frames: options.frames === true, isOneOfSeveral });
    }),
  },
} satisfies Record<string, EventOutputFormat>;

export type EventFormat = keyof typeof outputs;

export const EVENT_OUTPUTS: Readonly<Record<EventFormat, EventOutputFormat>> = outputs;

export const EVENT_FORMATS = Object.keys(EVENT_OUTPUTS) as EventFormat[];

function eventOptionsOf({ options, codec }: OutputContext) {
  return { frames: options.frames === true, payload: options.payload, codec };
}

/** An output that takes owned events. */
function ofEvents(load: (out: StandardOutput, context: OutputContext) => Promise<EventOutput>) {
  return async (context: OutputContext): Promise<OutputMaker> => {
    const out = new StandardOutput(context.options.format);
    const { EventMaker } = await import('../dissect/event-maker.ts');
    const events = await load(out, context);
    return (clock) => ({
      sink: new EventMaker(events, eventOptionsOf(context), clock),
      flush: () => {
        if (context.isLive) events.show?.();
        out.flush();
      },
      finish: () => events.finish(),
    });
  };
}
