// .proto files, and tables of all their types.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProtoFiles } from '../../src/codec/proto-files.ts';
import { texts } from '../corpus.ts';
import { documentLayer, folder } from '../document-layer.ts';
import { dictionary } from '../mutate.ts';

const PROTO = dictionary([
  'message ',
  'enum ',
  'oneof ',
  'map<string, ',
  'repeated ',
  'import "',
  'import "";',
  'import "sub/none.proto";',
  'import public "',
  '../',
  'option ',
  'reserved ',
  'extend ',
  'extensions 1 to max;',
  'group ',
  '= 0;',
  '= 536870912;',
  '{',
  '}',
  ';',
  '"',
  '/*',
  '//',
  '__proto__',
  'constructor',
  'package ',
  'syntax = "proto2";',
  'edition = "2023";',
]);
const path = join(folder, 'changed.proto');

export const protos = documentLayer({
  name: 'protos',
  about: '.proto files',
  share: 5,
  corpus: [...texts('fixtures', /\.proto$/), ...texts('expectations', /\.proto$/)],
  words: PROTO,
  read: async (text) => {
    writeFileSync(path, text);
    const types = await loadProtoFiles([{ path, place: { file: path } }], folder);
    for (const name of types.messageNames()) types.table(name);
  },
});
