// What a scenario is, in memory: connections, each a list of steps of a client and a server. Files are read elsewhere.

import type { Place } from '../../codec/document-error.ts';
import type { FrameForm } from '../../ws/frame-writer.ts';

export type Who = 'client' | 'server';

export interface Scenario {
  name: string;
  /** One line. */
  title: string;
  /** What it shows, in a few sentences; may be empty. */
  about: string;
  server: ScenarioServer;
  /** Path of a registry for `message` steps; null for the article's types. */
  registry: string | null;
  connections: readonly ScenarioConnection[];
}

/** `scripted` says what the steps tell it; `article` is the server of `wsdissect serve`, which answers by itself. */
export interface ScenarioServer {
  kind: 'scripted' | 'article';
  readLimit?: number;
  /** Milliseconds. */
  readDeadline?: number;
  compression?: boolean;
  subprotocols?: readonly string[];
  /** Fields of the 101 beside its own. */
  headers?: readonly (readonly [name: string, value: string])[];
}

export interface ScenarioConnection {
  name: string;
  /** How many of it, and whether at once. */
  times: number;
  atOnce: boolean;
  steps: readonly Step[];
  /** Codes of diagnostics that its capture has: all errors and warnings, and such notes as it is made for. */
  diagnostics: readonly string[];
}

export type Step =
  | { kind: 'upgrade'; request: RequestForm; answer: AnswerForm }
  /** What is sent leaves in one write. */
  | { kind: 'send'; by: Who; what: readonly Sending[] }
  | { kind: 'receive'; by: Who; what: Receivable; times: number }
  /** Ends its half of the TCP connection, or all of it at once. */
  | { kind: 'end' | 'reset'; by: Who }
  | { kind: 'wait'; milliseconds: number }
  | { kind: 'repeat'; times: number; steps: readonly Step[] };

export type Receivable = 'message' | 'ping' | 'pong' | 'close' | 'end' | 'answer';

/** Fields of a head that take the place of its own: null for none of that name, several values for several fields. */
export type FieldChanges = readonly (readonly [name: string, values: readonly string[]])[];

export interface RequestForm {
  method: string;
  /** Null for `/connect`. */
  target: string | null;
  fields: FieldChanges;
  subprotocol: string | null;
  compression: Compression;
  /** Sent right behind the head, before there is an answer. */
  early: readonly Sending[];
}

/** The answer of a scripted server. */
export interface AnswerForm {
  status: number;
  reason: string | null;
  fields: FieldChanges;
  body: string;
  subprotocol: string | null;
  /** Sent in the same write as the head. */
  early: readonly Sending[];
}

/** `per-message`: without context takeover, as gorilla; `takeover`: each message builds on those before it. */
export type Compression = 'none' | 'per-message' | 'takeover';

export type Sending =
  | {
      kind: 'message';
      opcode: number;
      content: Content;
      /** Payload octets of each frame; `gorilla` cuts as its writer does; null for one frame. */
      fragments: readonly number[] | 'gorilla' | null;
      compressed: boolean;
    }
  | {
      kind: 'frame';
      opcode: number;
      content: Content;
      /** Null for masked as its side asks for. */
      masked: boolean | null;
      key: Uint8Array | null;
      form: Omit<FrameForm, 'key'>;
    }
  | { kind: 'octets'; octets: Uint8Array };

export type Content =
  | { kind: 'octets'; octets: Uint8Array }
  /** `{n}` stands for the number of the repetition, from 1; outside of `repeat` for that of the connection. */
  | { kind: 'text'; text: string }
  /** So many octets of a pattern. */
  | { kind: 'fill'; length: number }
  /** A close frame's code and reason. */
  | { kind: 'close'; code: number; reason: string }
  /** A message of the registry; the text `{n}` stands for the number of the repetition, as a number. */
  | { kind: 'typed'; type: string; value: unknown; place: Place };
