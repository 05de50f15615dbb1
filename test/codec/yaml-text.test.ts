import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError } from '../../src/codec/document-error.ts';
import { parseYaml } from '../../src/codec/yaml-text.ts';

async function refusal(text: string, options = {}): Promise<string> {
  try {
    await parseYaml('mine.yaml', text, options);
  } catch (error) {
    assert.ok(error instanceof DocumentError, String(error));
    return error.message;
  }
  return 'taken';
}

describe('the text of a document', () => {
  it('knows the line and column of each offset', async () => {
    const { placeAt } = await parseYaml('mine.yaml', 'a: 1\nb: 2\n');
    assert.deepEqual(placeAt(8), { file: 'mine.yaml', line: 2, column: 4 });
  });

  it('is read as YAML where it is JSON', async () => {
    const { document } = await parseYaml('mine.json', '{"a": [1, "b"]}');
    assert.deepEqual(document.toJS(), { a: [1, 'b'] });
  });

  it('has a place where its document is empty', async () => {
    const { placeAt } = await parseYaml('mine.yaml', '');
    assert.deepEqual(placeAt(0), { file: 'mine.yaml', line: 1, column: 1 });
  });

  it('is refused in one line where it is no YAML', async () => {
    assert.match(await refusal('a: 1\nb: [1,\n'), /^mine\.yaml:\d+:\d+: [^\n]+; correct the YAML there$/);
  });

  it('warns of nothing by way of the process: what is wrong is told by whoever reads the text', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const { document } = await parseYaml('a.yaml', '? { a: 1 }\n: [b]\n');
    document.toJS();
    await new Promise((resolve) => setImmediate(resolve));
    process.removeListener('warning', onWarning);
    assert.deepEqual(warnings, []);
  });

  it('is refused where it is nested without end', async () => {
    assert.equal(await refusal('['.repeat(20_000)), 'mine.yaml:1:1: the nesting is too deep; write it less deep');
  });

  it('may have a key twice only where somebody else judges that', async () => {
    const twice = 'a: 1\na: 2\n';
    assert.match(await refusal(twice), /^mine\.yaml:2:1: .*unique/);
    assert.equal(await refusal(twice, { uniqueKeys: false }), 'taken');
  });
});
