import { describe, expect, it } from 'vitest';
import { check } from 'xstate-check';
import { lifeFamily } from '../buffer/life.system.ts';
import {
  afterCalls,
  EXPORTED,
  framebufferAnswers,
  IMPORTING,
  showAnswers,
} from './framebuffer-answers.ts';

const [ONE, EACH] = EXPORTED as [(typeof EXPORTED)[number], (typeof EXPORTED)[number]];

describe('a framebuffer in pieces: one buffer of all, or one for each', () => {
  it.each([2, 3])('%i pieces in one buffer: refused by two importers of five', (pieces) => {
    const answers = IMPORTING.map((one) => framebufferAnswers(ONE, one, pieces, '7.3'));
    expect(answers).toEqual(['-EADDRINUSE', 'ok', 'ok', '-EINVAL', '-EOPNOTSUPP']);
  });

  it.each([2, 3])('%i buffers: mapped wherever there is a route', (pieces) => {
    const answers = IMPORTING.map((one) => framebufferAnswers(EACH, one, pieces, '7.3'));
    expect(answers).toEqual(['ok', 'ok', 'ok', '-EINVAL', 'ok']);
  });

  it('with the offset added up an IOMMU makes no difference, and iommufd does', () => {
    const answers = IMPORTING.map((one) => framebufferAnswers(ONE, one, 2, 'offset-added-up'));
    expect(answers).toEqual(['ok', 'ok', 'ok', '-EINVAL', '-EOPNOTSUPP']);
  });

  it.each(['7.3', 'offset-added-up'])('%s: the compositor is answered what map answers', (at) => {
    for (const exported of EXPORTED) {
      for (const translated of [true, false]) {
        const route = translated ? 'translated' : 'switch';
        expect(showAnswers(exported, translated, at)).toBe(
          framebufferAnswers(exported, route, 2, at),
        );
      }
    }
  });
});

describe('a framebuffer that is shown', () => {
  it('is dark after every call that takes access away, and stays so until it is shown again', () => {
    const gone = { onScreen: false, mapped: [false, false] };
    expect(afterCalls()).toEqual([
      { call: 'dev[0].write_command(MEM=0)', outcome: 'ok', ...gone, shownAgain: '-ENODEV' },
      { call: 'dev[0].device_reset', outcome: 'ok', ...gone, shownAgain: 'ok' },
      { call: 'dev[0].device_reset', outcome: 'failed', ...gone, shownAgain: 'ok' },
      { call: 'dev[0].close', outcome: 'ok', ...gone, shownAgain: '-ENODEV' },
    ]);
  });
});

describe('a device with two buffers', () => {
  it('is closed one buffer after the other: the second may be live when the first is off the list', () => {
    const scope = { devices: 1, buffers: 2, importers: 0 };
    const { properties } = check(lifeFamily.build({ scope, revision: '7.3' }));
    expect(properties.find(({ property }) => property.id === 'rest')?.verdict).toBe('holds');
  });
});
