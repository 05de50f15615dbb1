// Scenarios for `record`, read and not performed.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario } from '../../src/endpoint/scenario/scenario-file.ts';
import { texts } from '../corpus.ts';
import { documentLayer, folder } from '../document-layer.ts';
import { YAML } from '../yaml-words.ts';

const path = join(folder, 'scenario.yaml');

export const scenarios = documentLayer({
  name: 'scenarios',
  about: 'scenarios',
  share: 4,
  corpus: texts('scenarios', /\.yaml$/),
  words: YAML,
  read: (text) => {
    writeFileSync(path, text);
    return loadScenario(path);
  },
});
