import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultRevision, mermaid } from 'xstate-check';
import { modelOf, tla } from 'xstate-check/engine';
import { specification } from '../specs/catalogue.ts';

const require = createRequire(import.meta.url);

interface TreeNode {
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly children: readonly (TreeNode | null)[];
}

describe('TLA+, as its grammar for tree-sitter reads it', () => {
  let mistakes: (text: string) => number;

  beforeAll(async () => {
    const { Language, Parser } = await import('web-tree-sitter');
    await Parser.init();
    const grammar = require.resolve('@tlaplus/tree-sitter-tlaplus/tree-sitter-tlaplus.wasm');
    const parser = new Parser();
    parser.setLanguage(await Language.load(grammar));
    const count = (node: TreeNode | null): number =>
      node === null
        ? 0
        : (node.isError || node.isMissing ? 1 : 0) +
          node.children.reduce((total, child) => total + count(child), 0);
    mistakes = (text) => count(parser.parse(text)!.rootNode);
  }, 120_000);

  const textOf = (name: string) => {
    const family = specification.families.find((one) => one.name === name)!;
    const revision = defaultRevision(specification, family);
    return tla(modelOf(family.build({ scope: family.defaultScope, revision })));
  };

  it.each(['function-reset-order', 'hot-reset-order', 'dma-addresses', 'p2p-register-race'])(
    'of %s has no mistake',
    (name) => {
      expect(mistakes(textOf(name))).toBe(0);
    },
  );

  it('with a mistake is found out', () => {
    const text = textOf('function-reset-order');
    expect(mistakes(text.replace('CASE', 'CASES'))).toBeGreaterThan(0);
    expect(mistakes(text.replace('Init ==', 'Init = ='))).toBeGreaterThan(0);
    expect(mistakes(text.replace(/====\n$/, ''))).toBeGreaterThan(0);
  });
});

interface JsDom {
  readonly JSDOM: new (html: string) => { readonly window: { readonly document: unknown } };
}

describe('Mermaid, as its own parser reads it', () => {
  let parse: (text: string) => Promise<unknown>;

  beforeAll(async () => {
    // It brings no types.
    const { JSDOM } = (await import('jsdom' as string)) as JsDom;
    const { window } = new JSDOM('');
    Object.assign(globalThis, { window, document: window.document });
    const { default: parser } = await import('mermaid');
    parse = (text) => parser.parse(text);
  }, 120_000);

  it('of every machine is a state diagram', async () => {
    for (const { machine } of specification.machines) {
      expect(await parse(mermaid(machine))).toMatchObject({ diagramType: 'stateDiagram' });
    }
  });

  it('with an arrow that is none is refused', async () => {
    const text = mermaid(specification.machines[0]!.machine);
    await expect(parse(text.replace('-->', '->'))).rejects.toThrow(/Parse error/);
  });
});
