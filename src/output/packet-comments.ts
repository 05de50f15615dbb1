// Comments on packets (pcapng) that wait for their conversation's page, and those of no conversation, which are told at the
// end. Knows no pages.

import type { CommentEvent } from '../dissect/events.ts';
import { formatCount } from '../plural.ts';
import { indent } from './display-width.ts';
import { escapeText } from './terminal-text.ts';

/** Comments that wait at most; further ones are counted. */
const HELD = 1000;

/** `comment, packet 8: here it hangs` */
export function formatComment({ packet, comment }: CommentEvent, width: number, first = '  '): string[] {
  return indent(`comment, packet ${packet}: ${escapeText(comment)}`, width, first, `${first}  `);
}

export class PacketComments {
  #held: CommentEvent[] = [];
  #omitted = 0;

  hold(comment: CommentEvent): void {
    if (this.#held.length < HELD) this.#held.push(comment);
    else this.#omitted++;
  }

  /** Takes those of a connection out. */
  of(connection: number): CommentEvent[] {
    if (this.#held.length === 0) return [];
    const found = this.#held.filter((comment) => comment.connection === connection);
    if (found.length > 0) this.#held = this.#held.filter((comment) => comment.connection !== connection);
    return found;
  }

  /** Lines of those whose connection had no page. */
  rest(width: number): string[] {
    const lines = this.#held.flatMap((comment) => formatComment(comment, width, ''));
    if (this.#omitted > 0)
      lines.push(`… and ${formatCount(this.#omitted)} more comments, all of them with --format ndjson`);
    return lines.length === 0 ? lines : [...lines, ''];
  }
}
