// Registry files, with .proto files beside them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRegistry } from '../../src/codec/index.ts';
import { texts } from '../corpus.ts';
import { documentLayer, folder } from '../document-layer.ts';
import { YAML } from '../yaml-words.ts';

writeFileSync(join(folder, 'demo.proto'), texts('fixtures/walkthrough', /\.proto$/)[0]);
writeFileSync(join(folder, 'shop.proto'), texts('fixtures/registry', /\.proto$/)[0]);
const path = join(folder, 'registry.yaml');

export const registries = documentLayer({
  name: 'registries',
  about: 'registry files',
  share: 5,
  corpus: [...texts('fixtures', /registry\.yaml$/), ...texts('expectations', /registry\.yaml$/)],
  words: YAML,
  read: (text) => {
    writeFileSync(path, text);
    return loadRegistry(path);
  },
});
