// Tells a fault: what broke and where, the command that repeats the case, and the smallest input in a file.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { FoundFault } from './worker.ts';

const FOLDER = new URL('found/', import.meta.url);
const LONGEST_MESSAGE = 1000;
const FRAMES = 6;

export function tellFault({ layer, seed, case: number, message, stack, input, drawn }: FoundFault): void {
  const places = stack.split('\n').filter((line) => /\/(src|fuzz)\//.test(line));
  const lines = [
    '',
    `${layer}: ${message.slice(0, LONGEST_MESSAGE)}`,
    ...places.slice(0, FRAMES),
    `  again: npm run fuzz -- --seed ${seed} --case ${number} --layer ${layer}`,
  ];
  if (input.length > 0) {
    const name = `${layer}-${seed}-${number}.bin`;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(new URL(name, FOLDER), input);
    lines.push(`  ${input.length} of its ${drawn} octets: npm run fuzz -- --layer ${layer} --input fuzz/found/${name}`);
  }
  console.log(lines.join('\n'));
}
