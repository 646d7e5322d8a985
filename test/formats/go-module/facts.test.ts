import { describe, expect, it } from '@jest/globals';
import { goModule } from '../../../src/formats/go-module/index.ts';

describe('go.mod', () => {
  it('names the module, its Go and what it requires itself', () => {
    const [fact] = goModule.facts(
      'module example.org/a\n\ngo 1.25\n\nrequire example.org/one v1.2.3\nrequire (\n\texample.org/two v0.1.0 // a comment\n\texample.org/three v2.0.0+incompatible // indirect\n)\n\nreplace example.org/two => ../two\n',
      'go-module',
    );
    expect(fact).toMatchObject({
      kind: 'go-module',
      module: 'example.org/a',
      go: '1.25',
      requires: [
        { path: 'example.org/one', version: 'v1.2.3', span: { start: { line: 5, column: 1 } } },
        { path: 'example.org/two', version: 'v0.1.0', span: { start: { line: 7, column: 2 } } },
      ],
    });
  });

  it('may quote the name', () => {
    expect(goModule.facts('module "example.org/a"\n', 'go-module')).toMatchObject([
      { module: 'example.org/a' },
    ]);
  });

  it('without a module is nothing', () => {
    expect(goModule.facts('require a v1\n', 'go-module')).toEqual([]);
  });
});
